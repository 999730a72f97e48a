/** What Looker asks for when it executes the action: checked, and brought into one shape. */

import { isUtf8 } from "node:buffer";
import Ajv, { type ErrorObject } from "ajv";
import type { Visualization } from "../mapping";
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
  /** Of the schedule, or of what is sent. */
  title?: string;
  visualization: Visualization;
}

interface Attachment {
  mimetype: string;
  /** A JSON text, base64 of one, or JSON itself. */
  data: unknown;
}

/** The body of a request can't be used; says why. */
export class BadRequestError extends Error {
  override name = "BadRequestError";
}

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
  attachment?: { mimetype?: string | null; data?: unknown } | null;
}

/** A longer title is cut, in characters. */
const MAX_TITLE_LENGTH = 300;

const validate = new Ajv({ allowUnionTypes: true }).compile<Body>(SCHEMA);

/** @throws BadRequestError when the body is missing, not a JSON object, or not shaped as Looker's docs say */
export function readBody(raw: unknown): Body {
  if (!Buffer.isBuffer(raw) || raw.length === 0) throw new BadRequestError("The request has no body.");
  if (!isUtf8(raw)) throw new BadRequestError("The body of the request is not UTF-8.");
  let body: unknown;
  try {
    body = JSON.parse(raw.toString("utf8"));
  } catch {
    throw new BadRequestError("The body of the request is not JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new BadRequestError("The body of the request is not a JSON object.");
  }
  const checked = withNulls(body);
  if (!validate(checked))
    throw new BadRequestError(`The body of the request is wrong ${describe(validate.errors)}.`);
  return checked;
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

/** @throws BadRequestError also when the body holds no query result */
export function readExecuteRequest(raw: unknown): ExecuteRequest {
  const body = readBody(raw);
  const type = body.type ?? "query";
  if (type !== "query") throw new BadRequestError(`This action takes the result of a query, not a ${type}.`);
  const downloadUrl = body.scheduled_plan?.download_url;
  const data = body.attachment?.data;
  const title = body.scheduled_plan?.title?.trim() ?? "";
  const request: ExecuteRequest = {
    formParams: body.form_params ?? {},
    data: body.data,
    ...(title !== "" && { title: title.slice(0, MAX_TITLE_LENGTH) }),
    visualization: readVisualization(body.scheduled_plan?.query?.vis_config),
  };
  if (data !== undefined && data !== null && data !== "") {
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

function describe(errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  if (!error) return "somewhere";
  return `at ${error.instancePath.slice(1).replaceAll("/", ".") || "its top"}: it ${error.message ?? "is not valid"}`;
}
