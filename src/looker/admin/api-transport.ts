/**
 * How the SDK's requests travel: over Node's own HTTP client, with our time-outs and errors. The SDK's own transport
 * (26.12) never applies its time-out, loses the status of a refusal, and uses the global fetch, which gives up on
 * whatever takes five minutes.
 */

import { NodeTransport } from "@looker/sdk-node";
import type { Authenticator, HttpMethod, ITransportSettings, SDKResponse } from "@looker/sdk-rtl";
import type { Connections } from "../../connections";
import { errorCode } from "../../error-code";
import { readText } from "../../read-text";
import { errorOfAnswer, LookerApiError } from "./api-error";

export interface ApiTransportOptions {
  connections: Connections;
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
  /** Called when Looker does not take the access token any more: the next request logs in again. */
  onUnauthorized(): void;
}

interface Answer {
  status: number;
  body: string;
  /** False: the body is the beginning of a longer one. */
  isWhole: boolean;
}

/** The longest answer is the list of all schedules of an instance, with some kilobytes for each. */
const MAX_ANSWER_MB = 32;

export class ApiTransport extends NodeTransport {
  constructor(
    settings: ITransportSettings,
    private readonly own: ApiTransportOptions,
  ) {
    super(settings);
  }

  /** @throws LookerApiError when Looker refuses, or does not answer */
  override async request<TSuccess, TError>(
    method: HttpMethod,
    path: string,
    queryParams?: Readonly<Record<string, unknown>> | null,
    body?: unknown,
    authenticator?: Authenticator,
    options?: Partial<ITransportSettings>,
  ): Promise<SDKResponse<TSuccess, TError>> {
    const url = new URL(this.makeUrl(path, { ...this.options, ...options }, queryParams));
    let answer = await this.send(method, url, body, authenticator);
    if (answer.status === 401 && authenticator) {
      // A token may end before its time, as when Looker is restarted.
      this.own.onUnauthorized();
      answer = await this.send(method, url, body, authenticator);
    }
    if (answer.status >= 300) throw errorOfAnswer(answer.status, answer.body);
    return { ok: true, value: answer.body === "" ? "" : parse(answer) };
  }

  private async send(
    method: HttpMethod,
    url: URL,
    body: unknown,
    authenticator: Authenticator | undefined,
  ): Promise<Answer> {
    const { headers }: { headers: Record<string, string> } = authenticator
      ? await authenticator({ headers: {} })
      : { headers: {} };
    const signal = AbortSignal.timeout(this.own.timeoutMs);
    try {
      const response = await this.own.connections.request(url, {
        method,
        headers: { ...headers, ...contentHeaders(body) },
        ...(hasContent(body) && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        signal,
      });
      const { text, isWhole } = await readText(response, MAX_ANSWER_MB * 1024 * 1024);
      return { status: response.statusCode ?? 0, body: text, isWhole };
    } catch (error) {
      throw new LookerApiError(undefined, signal.aborted ? "time-out" : errorCode(error));
    }
  }
}

/** The SDK hands over a text only where it has encoded a form itself. */
function contentHeaders(body: unknown): Record<string, string> {
  if (!hasContent(body)) return { "content-length": "0" };
  const type = typeof body === "string" ? "application/x-www-form-urlencoded" : "application/json";
  return { "content-type": type };
}

function hasContent(body: unknown): boolean {
  return body !== undefined && body !== null;
}

function parse({ status, body, isWhole }: Answer) {
  if (!isWhole) {
    const said = `its answer is longer than ${MAX_ANSWER_MB} MB: is this the address of Looker's API?`;
    throw new LookerApiError(status, said);
  }
  try {
    return JSON.parse(body);
  } catch {
    throw new LookerApiError(status, "its answer is not JSON: is this the address of Looker's API?");
  }
}
