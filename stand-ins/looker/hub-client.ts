/** Calls a hub the way Looker does: the same requests, bodies and headers. */

import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import { type ExecuteOutcome, readExecuteOutcome } from "./execute-outcome";
import { type HubReply, postToHub } from "./post-to-hub";

export interface HubAddress {
  /** The URL a Looker admin enters for the hub; it may have a path. */
  readonly url: string;
  /** The authorization token a Looker admin enters beside it. */
  readonly token: string;
  /** Looker's version, in the user agent. Default `24.20.0`. */
  readonly version?: string;
  /** The id of the Looker instance. Default `stand-in`. */
  readonly instance?: string;
}

/** What Looker sends in `data` of every call: the values of the action's params, as of the user's attributes. */
export type CallData = Readonly<Record<string, string>>;

interface ExecuteOptions {
  /** Form field → its value; Looker sends every value as text. */
  readonly formParams: Readonly<Record<string, string | null>>;
  /** Where the result waits: the `url` download. */
  readonly downloadUrl?: string;
  /** The result itself: the `push` download. */
  readonly attachment?: { readonly mimetype: string; readonly extension: string; readonly data: unknown };
  /** Of the schedule. Default "Users for Heap". */
  readonly title?: string;
  /** The query, as Looker's API gives it; holds `vis_config` among others. Default: none. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** What differs in `scheduled_plan` from a query that is sent once from an Explore. */
  readonly plan?: Readonly<Record<string, string | null>>;
  /** Looker's id of this call. Default: a new one. */
  readonly webhookId?: string;
  /** Default: none. */
  readonly data?: CallData;
  /** Hangs up when aborted, as when the connection to Looker is lost. */
  readonly signal?: AbortSignal;
}

export interface ExecuteReply extends HubReply {
  /** `undefined` if the reply is not one that Looker would understand, as a refusal by status may be. */
  readonly outcome: ExecuteOutcome | undefined;
}

export class HubClient {
  constructor(private readonly address: HubAddress) {}

  /** Asks for the hub's label and its actions; the body is empty. */
  async list(): Promise<HubReply> {
    return postToHub({ url: this.address.url, headers: this.headers() });
  }

  /** Asks for one action by its name; the body is empty. */
  async action(name: string): Promise<HubReply> {
    const url = `${this.address.url.replace(/\/$/, "")}/actions/${encodeURIComponent(name)}`;
    return postToHub({ url, headers: this.headers() });
  }

  /** @param formUrl the `form_url` of the action, as the hub listed it */
  async form(
    formUrl: string,
    formParams: ExecuteOptions["formParams"] = {},
    data: CallData = {},
  ): Promise<HubReply> {
    const body = { type: "query", data, form_params: formParams };
    return postToHub({ url: formUrl, headers: this.headers(), body });
  }

  /** @param executeUrl the `url` of the action, as the hub listed it */
  async execute(executeUrl: string, options: ExecuteOptions): Promise<ExecuteReply> {
    const reply = await postToHub({
      url: executeUrl,
      headers: this.headers(options.webhookId),
      body: executeBody(options),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return { ...reply, outcome: readExecuteOutcome(reply.body) };
  }

  /** Does what a user does who chooses the action in the menu of a cell. */
  async executeCell(
    executeUrl: string,
    value: unknown,
    formParams: ExecuteOptions["formParams"],
  ): Promise<ExecuteReply> {
    const body = { type: "cell", data: { value }, form_params: formParams };
    const reply = await postToHub({ url: executeUrl, headers: this.headers(), body });
    return { ...reply, outcome: readExecuteOutcome(reply.body) };
  }

  private headers(webhookId: string = randomUUID()): OutgoingHttpHeaders {
    const { token, version = "24.20.0", instance = "stand-in" } = this.address;
    return {
      "User-Agent": `LookerOutgoingWebhook/${version}`,
      Authorization: `Token token="${token}"`,
      "X-Looker-Instance": instance,
      "X-Looker-Webhook-Id": webhookId,
    };
  }
}

function executeBody(options: ExecuteOptions): unknown {
  const { formParams, downloadUrl, attachment, query, plan, title, data = {} } = options;
  return {
    type: "query",
    scheduled_plan: {
      scheduled_plan_id: null,
      title: title ?? "Users for Heap",
      type: "Query",
      url: "https://looker.example.com/explore/shop/users",
      query_id: query?.["id"] ?? 1,
      query: query ?? null,
      filters_differ_from_look: false,
      download_url: downloadUrl ?? null,
      ...plan,
    },
    attachment: attachment ?? null,
    data,
    form_params: formParams,
  };
}
