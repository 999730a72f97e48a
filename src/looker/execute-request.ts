/** What Looker asks for when it executes the action: checked, and brought into one shape. */

import { isUtf8 } from "node:buffer";
import Ajv, { type ErrorObject } from "ajv";
import { NO_VISUALIZATION, type Visualization } from "../mapping";
import type { Attachment } from "./attachment";
import type { RequestBody } from "./body-scan";
import { type QuerySource, querySourceOf } from "./query-source";
import { readVisualization } from "./visualization";

export interface ExecuteRequest {
  formParams: Readonly<Record<string, unknown>>;
  /** The values of the action's params: of the user's attributes. */
  data: unknown;
  /** Where the result can be downloaded once; absent when it was pushed. */
  downloadUrl?: string;
  /** Which query's result that is; absent when Looker does not say. */
  source?: QuerySource;
  attachment?: Attachment;
  /** The value of the cell that was clicked; absent where it is a query's result that was sent. */
  cell?: string;
  /** Of the schedule, or of what is sent. */
  title?: string;
  visualization: Visualization;
}

/** The body of a request can't be used; says why. */
export class BadRequestError extends Error {
  override name = "BadRequestError";

  /** @param status what it is answered with */
  constructor(
    message: string,
    readonly status: 400 | 413 = 400,
  ) {
    super(message);
  }
}

/** Largest body beside the result that is pushed along, in bytes: parsed, JSON takes many times its length. */
const MAX_PARSED_BYTES = 4 * 1024 * 1024;

/** Only what is read: Looker adds to the rest from version to version. */
const SCHEMA = {
  type: "object",
  properties: {
    type: { type: "string", nullable: true },
    form_params: {
      type: "object",
      nullable: true,
      additionalProperties: { type: ["string", "number", "boolean", "null"] },
    },
    scheduled_plan: {
      type: "object",
      nullable: true,
      properties: {
        title: { type: "string", nullable: true },
        download_url: { type: "string", nullable: true },
        query: {
          type: "object",
          nullable: true,
          properties: { vis_config: {} },
        },
      },
    },
    attachment: {
      type: "object",
      nullable: true,
      properties: {
        mimetype: { type: "string", nullable: true },
        extension: { type: "string", nullable: true },
      },
    },
  },
} as const;

interface Body {
  type?: string | null;
  data?: unknown;
  form_params?: Record<string, unknown> | null;
  scheduled_plan?: {
    title?: string | null;
    download_url?: string | null;
    query?: { vis_config?: unknown } | null;
  } | null;
  /** `data`: which of the body's pushed results it is. */
  attachment?: { mimetype?: string | null; data?: number } | null;
}

/** A longer title is cut, in characters. */
const MAX_TITLE_LENGTH = 300;

const validate = new Ajv({ allowUnionTypes: true }).compile<Body>(SCHEMA);

/**
 * @param received undefined: there was none
 * @throws BadRequestError when the body is missing, not a JSON object, or not shaped as Looker's docs say
 */
export function readBody(received: RequestBody | undefined): Body {
  if (!received || received.bytes.length === 0) throw new BadRequestError("The request has no body.");
  const body = parsed(received);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new BadRequestError("The body of the request is not a JSON object.");
  }
  const checked = withNulls(body);
  if (!validate(checked))
    throw new BadRequestError(`The body of the request is wrong ${describe(validate.errors)}.`);
  return checked;
}

/** The body without what is pushed: in its place stands which one it is. */
function parsed({ bytes, pushed, isJson }: RequestBody): unknown {
  if (!isJson) {
    throw new BadRequestError(`The body of the request is not ${isUtf8(bytes) ? "JSON" : "UTF-8"}.`);
  }
  const parts: Buffer[] = [];
  let at = 0;
  for (const [index, { start, end }] of pushed.entries()) {
    parts.push(bytes.subarray(at, start), Buffer.from(String(index)));
    at = end;
  }
  parts.push(bytes.subarray(at));
  if (parts.reduce((sum, { length }) => sum + length, 0) > MAX_PARSED_BYTES) {
    throw new BadRequestError("The request is larger than 4 MB beside the result that is pushed along.", 413);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new BadRequestError("The body of the request is not JSON.");
  }
}

/** Looker may send the text `null` for what is not there. */
function withNulls(body: object): object {
  const plan: unknown = "scheduled_plan" in body ? body.scheduled_plan : undefined;
  const isPlan = typeof plan === "object" && plan !== null && "query" in plan && plan.query === "null";
  return {
    ...body,
    ...("form_params" in body && body.form_params === "null" && { form_params: null }),
    ...(plan === "null" && { scheduled_plan: null }),
    ...(isPlan && { scheduled_plan: { ...plan, query: null } }),
  };
}

/**
 * @param takes what the action is of
 * @throws BadRequestError also when the body holds no result, or no cell
 */
export function readExecuteRequest(
  received: RequestBody | undefined,
  takes: "query" | "cell" = "query",
): ExecuteRequest {
  const body = readBody(received);
  const type = body.type ?? takes;
  const what = takes === "query" ? "the result of a query" : "a cell";
  if (type !== takes) throw new BadRequestError(`This action takes ${what}, not a ${type}.`);
  if (takes === "cell") return cellRequest(body);
  const downloadUrl = body.scheduled_plan?.download_url;
  const data = received?.pushed[body.attachment?.data ?? -1];
  const title = body.scheduled_plan?.title?.trim() ?? "";
  const request: ExecuteRequest = {
    formParams: body.form_params ?? {},
    data: body.data,
    ...(title !== "" && { title: title.slice(0, MAX_TITLE_LENGTH) }),
    visualization: readVisualization(body.scheduled_plan?.query?.vis_config),
  };
  if (received && data && !isNothing(received.bytes.subarray(data.start, data.end))) {
    return { ...request, attachment: { mimetype: body.attachment?.mimetype ?? "", data } };
  }
  if (typeof downloadUrl === "string" && downloadUrl !== "") {
    const source = querySourceOf(body.scheduled_plan, downloadUrl);
    return { ...request, downloadUrl, ...(source && { source }) };
  }
  throw new BadRequestError(
    "The request holds neither a download URL nor an attachment, so there is nothing to send.",
  );
}

function cellRequest({ data, form_params }: Body): ExecuteRequest {
  const { value } = Object(data);
  // A number that is larger has lost digits on its way.
  const isExact = typeof value === "string" || Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
  const cell = (typeof value === "string" || typeof value === "number") && isExact ? String(value) : "";
  if (cell.trim() === "")
    throw new BadRequestError("The cell holds no text and no number that says who is meant.");
  return { formParams: form_params ?? {}, data, cell, visualization: NO_VISUALIZATION };
}

/** Whether it is JSON's text of null, or of an empty text. */
function isNothing(value: Buffer): boolean {
  return value.length < 5 && ["null", '""'].includes(value.toString("latin1"));
}

function describe(errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  if (!error) return "somewhere";
  return `at ${error.instancePath.slice(1).replaceAll("/", ".") || "its top"}: it ${error.message ?? "is not valid"}`;
}
