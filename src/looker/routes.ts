/** The Action Hub protocol: list, form and execute. */

import type { IDataActionForm } from "@looker/sdk";
import { type ErrorRequestHandler, type Request, type Response, Router } from "express";
import type { Clock } from "../clock";
import { FormError, UserError } from "../errors";
import type { Visualization } from "../mapping";
import { pushedPieces } from "./attachment";
import { type AuthOptions, requireToken, tokenOf } from "./auth";
import { BadRequestError, type ExecuteRequest, readBody, readExecuteRequest } from "./execute-request";
import { formatsFor } from "./looker-version";
import type { OfferedAction, OfferedEnvironment } from "./offered-action";
import { permissionIn, permissionParam, refuseOthers, refuseUnbound } from "./permission";
import type { QuerySource } from "./query-source";
import { type ReceivedBody, receiveBody, takeBody } from "./receive-body";
import { type RefusalReason, RefusedRequest, refuse } from "./refuse";
import { type ExecuteReply, replyWhenDone } from "./reply";
import type { RequestMemory } from "./request-memory";

/** What is kept of a header that names something, in characters. */
const MAX_HEADER_LENGTH = 200;

/** Whoever has clicked a cell is answered within a second. */
const CELL_REPLY_MS = 800;

/** Says which of Looker's requests it was. */
interface LookerOrigin {
  /** Of the schedule, or of what is sent. */
  title?: string;
  /** Id of the Looker instance. */
  looker?: string;
  webhook?: string;
}

/** An execute whose form is right: what is to be delivered, and where to. */
export interface DeliveryRequest {
  /** Name of the action. */
  action: string;
  /** Form field → its value, as the action read it. */
  form: Readonly<Record<string, string>>;
  visualization: Visualization;
  /** Where the result is: behind a URL, or here, in pieces. */
  result: { url: string } | { pieces: AsyncIterable<Buffer> | Iterable<Buffer> };
  /** Which query's result it is; absent when it can't be run again. */
  source?: QuerySource;
  origin: LookerOrigin;
  /** Somebody waits for the reply: what is not sent by then is answered as accepted, in milliseconds. Absent: as is set up. */
  replyWithinMs?: number;
  /** Address of the hub, without a slash at its end; absent when nothing reaches it. */
  hubUrl?: string;
}

export interface LookerOptions {
  /** Name of the hub in Looker's list of actions. */
  label: string;
  actions: readonly OfferedAction[];
  tokens: AuthOptions["tokens"];
  wrongTokens: AuthOptions["wrongTokens"];
  environments: readonly OfferedEnvironment[];
  /** The user attribute in Looker that says where a user may send to; undefined: anywhere. */
  userAttribute: string | undefined;
  /** Address that Looker reaches the hub at, without a slash at its end; undefined: the one its request names. */
  baseUrl: string | undefined;
  clock: Clock;
  /** For the bodies of all requests together. */
  memory: RequestMemory;
  /** Of one request, in bytes: a pushed result of a Looker before 6.2 has about 5,000 rows. */
  maxRequestBytes: number;
  /** How long a request waits for memory, in milliseconds. */
  requestWaitMs: number;
  deliver(request: DeliveryRequest): Promise<ExecuteReply>;
  /** Why nothing can be taken now, as a sentence; undefined when it can. */
  refusal(): string | undefined;
  /** Called when a request is refused. @param fields of the form that are wrong */
  onRefused(reason: RefusalReason, origin?: LookerOrigin, fields?: readonly string[]): void;
  /** Called with what no reply should ever come to: an error of ours. */
  onError(error: unknown): void;
}

export function lookerRoutes(options: LookerOptions): Router {
  const router = Router();
  const paths = options.actions.flatMap(pathsOf);
  // At these paths and no others: whoever knocks elsewhere is not Looker with a wrong token.
  router.post(
    ["/", ...paths],
    requireToken({
      tokens: options.tokens,
      wrongTokens: options.wrongTokens,
      onRefused: (isHeldUp) => options.onRefused(isHeldUp ? "guesses" : "token"),
    }),
    receiveBody({
      memory: options.memory,
      maxBytes: options.maxRequestBytes,
      waitMs: options.requestWaitMs,
    }),
  );
  router.post("/", (request, response) => {
    const integrations = options.actions.map((action) => integration(action, request, options));
    response.json({ label: options.label, integrations });
  });
  for (const action of options.actions) addAction(router, action, options);
  router.all(["/", ...paths], onlyPost);
  router.use(onBadRequest(options));
  return router;
}

function pathsOf({ name }: OfferedAction): [path: string, form: string, execute: string] {
  return [`/actions/${name}`, `/actions/${name}/form`, `/actions/${name}/execute`];
}

function onlyPost(_request: Request, response: Response): void {
  refuse(response.set("Allow", "POST"), 405, "This address takes POST only: it is for Looker.");
}

function addAction(router: Router, action: OfferedAction, options: LookerOptions): void {
  const [path, formPath, executePath] = pathsOf(action);
  router.post(path, (request, response) => {
    response.json(integration(action, request, options));
  });
  router.post(formPath, (request, response) => {
    const { data } = readBody(takeBody(request));
    const { environments: bound } = tokenOf(request) ?? {};
    const environments = options.environments.filter(({ id }) => bound?.includes(id) ?? true);
    response.json(formFor(action, data, { ...options, environments }));
  });
  router.post(executePath, async (request, response) => {
    const body = takeBody(request);
    const execute = readExecuteRequest(body, action.cell ? "cell" : "query");
    const refusal = options.refusal();
    if (refusal !== undefined) {
      options.onRefused("stopping", originOf(request));
      refuse(response, 503, refusal);
      return;
    }
    await replyWhenDone(
      response,
      options.clock,
      () => options.deliver(checkedRequest(action, execute, body, request, options)),
      (error) => replyToError(error, options),
    );
  });
}

/** @throws FormError or BadRequestError, which is then told to `onRefused` too */
function checkedRequest(
  action: OfferedAction,
  execute: ExecuteRequest,
  body: ReceivedBody | undefined,
  request: Request,
  options: LookerOptions,
): DeliveryRequest {
  try {
    return deliveryRequest(action, execute, body, request, options);
  } catch (error) {
    const origin = originOf(request);
    if (error instanceof FormError) options.onRefused("form", origin, Object.keys(error.fields));
    else if (error instanceof BadRequestError) options.onRefused("request", origin);
    throw error;
  }
}

function deliveryRequest(
  action: OfferedAction,
  execute: ExecuteRequest,
  body: ReceivedBody | undefined,
  request: Request,
  options: LookerOptions,
): DeliveryRequest {
  const { attachment, downloadUrl, source, cell } = execute;
  const form = readForm(action, execute, request, options);
  const ofCell = cell === undefined ? undefined : action.cell?.(cell, form);
  const title = ofCell?.title ?? execute.title;
  const delivery = {
    action: action.name,
    form,
    visualization: execute.visualization,
    origin: { ...originOf(request), ...(title !== undefined && { title }) },
    hubUrl: baseUrl(request, options),
  };
  if (ofCell)
    return { ...delivery, result: { pieces: [Buffer.from(ofCell.document)] }, replyWithinMs: CELL_REPLY_MS };
  return {
    ...delivery,
    result: attachment && body ? { pieces: pushedPieces(attachment, body) } : { url: downloadUrl ?? "" },
    ...(source && { source }),
  };
}

/** @throws FormError also when the token or the user may not send there */
function readForm(
  action: OfferedAction,
  { formParams, data }: ExecuteRequest,
  request: Request,
  { environments, userAttribute }: LookerOptions,
): DeliveryRequest["form"] {
  const form = action.read(formParams, environments);
  refuseUnbound(tokenOf(request)?.environments, form["env_id"] ?? "");
  if (userAttribute !== undefined)
    refuseOthers(permissionIn(data, userAttribute), form["env_id"] ?? "", userAttribute);
  return form;
}

function originOf(request: Request): LookerOrigin {
  const looker = request.get("x-looker-instance")?.slice(0, MAX_HEADER_LENGTH);
  const webhook = request.get("x-looker-webhook-id")?.slice(0, MAX_HEADER_LENGTH);
  return { ...(looker !== undefined && { looker }), ...(webhook !== undefined && { webhook }) };
}

function replyToError(error: unknown, options: LookerOptions): ExecuteReply {
  if (error instanceof FormError) {
    return { success: false, message: error.message, validationErrors: error.fields };
  }
  if (error instanceof BadRequestError || error instanceof UserError) {
    return { success: false, message: error.message };
  }
  options.onError(error);
  return {
    success: false,
    message: "An error inside the action hub stopped this delivery. Its log says more.",
  };
}

/** No field changes what the others offer. Of the environments it has those that the user may send to. */
function formFor(
  action: OfferedAction,
  data: unknown,
  { environments, userAttribute }: LookerOptions,
): IDataActionForm & { error?: string } {
  const form = (offered: readonly OfferedEnvironment[]) =>
    action.form(offered).map((field) => ({ interactive: false, ...field }));
  if (userAttribute === undefined) return { fields: form(environments) };
  try {
    const { allows, value } = permissionIn(data, userAttribute);
    const offered = environments.filter(({ id }) => allows(id));
    if (offered.length > 0 || environments.length === 0) return { fields: form(offered) };
    return {
      fields: form(environments),
      error: `Your user attribute ${userAttribute} allows ${value}, and this hub sends to none of these.`,
    };
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    return { fields: form(environments), error: error.message };
  }
}

/** Everything that Looker is told about the action, every setting stated. */
function integration(action: OfferedAction, request: Request, options: LookerOptions): object {
  const url = `${baseUrl(request, options)}/actions/${action.name}`;
  return {
    ...action.integration,
    ...(options.userAttribute !== undefined && {
      params: [...action.integration.params, permissionParam(options.userAttribute)],
    }),
    supported_formats: formatsFor(request.get("user-agent")),
    url: `${url}/execute`,
    form_url: `${url}/form`,
  };
}

function baseUrl(request: Request, options: LookerOptions): string {
  return options.baseUrl ?? `${request.protocol}://${request.host}${request.baseUrl}`;
}

function onBadRequest(options: LookerOptions): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const answer = badRequest(error);
    if (!answer || response.headersSent) {
      next(error);
      return;
    }
    options.onRefused(answer.reason, originOf(request));
    refuse(response.set(answer.headers), answer.status, answer.message);
  };
}

/** What is answered to a request that can't be used; undefined when it is not the request that is at fault. */
function badRequest(error: unknown): RefusedRequest | undefined {
  if (error instanceof RefusedRequest) return error;
  if (!(error instanceof BadRequestError)) return undefined;
  return new RefusedRequest(error.status, error.status === 413 ? "size" : "request", error.message);
}
