/** Runs a query again, over Looker's API. */

import type { IncomingMessage } from "node:http";
import { timedOut } from "../../connections";
import { errorCode } from "../../error-code";
import { UserError } from "../../errors";
import { readText, SHORT_ANSWER_BYTES } from "../../read-text";
import type { QuerySource } from "../query-source";
import { errorOfAnswer, LookerApiError } from "./api-error";
import type { LookerApi } from "./looker-api";

/** The query can't be run again; the message says why, as part of a sentence. */
class RunAgainError extends UserError {
  override name = "RunAgainError";
}

export interface RunAgain {
  /** Name of the API's user, whose eyes the query is seen with. */
  as: string;
  /** The result, as it comes; the query runs when the first piece is asked for. Throws UserError. */
  pieces: AsyncIterable<Buffer>;
}

/** The second is for a Looker whose API does not have the first. */
const FORMATS = ["json_detail_lite_stream", "json_detail"] as const;

/**
 * Sees to it that it is the same query, and is then ready to run it.
 * @param silenceTimeoutMs how long Looker may be silent, before the first byte and between two
 * @param signal ends it
 * @throws UserError when it can't be run
 */
export async function runAgain(
  api: LookerApi,
  source: QuerySource,
  silenceTimeoutMs: number,
  signal: AbortSignal,
): Promise<RunAgain> {
  try {
    await checkSame(api, source);
    const { display_name: name } = await api.sdk.ok(api.sdk.me("display_name"));
    const limit = await rowLimit(api, source);
    const path = `/queries/${encodeURIComponent(source.query)}/run`;
    return {
      as: name ?? "its user",
      pieces: piecesOf(() => open(api, path, limit, silenceTimeoutMs, signal), silenceTimeoutMs),
    };
  } catch (error) {
    throw asRunAgainError(error);
  }
}

/** An id of one Looker is another query in another. */
async function checkSame({ sdk, credentials }: LookerApi, source: QuerySource): Promise<void> {
  const { web_server_url: web } = await sdk.ok(sdk.versions("web_server_url"));
  const known = [credentials.baseUrl, web ?? credentials.baseUrl].map((url) => new URL(url).hostname);
  if (!known.includes(source.hostname)) {
    throw new RunAgainError(
      `the result came from ${source.hostname}, and LOOKERSDK_BASE_URL is another Looker`,
    );
  }
  const { model, view, fields } = await sdk.ok(sdk.query(source.query, "model,view,fields"));
  const differs =
    (source.model !== undefined && source.model !== model) ||
    (source.view !== undefined && source.view !== view) ||
    (source.fields !== undefined && source.fields.join() !== (fields ?? []).join());
  if (differs)
    throw new RunAgainError(`query ${source.query} is another one in the Looker of LOOKERSDK_BASE_URL`);
}

/** "All results" is the schedule's wish, not the query's. @returns -1 for no limit; undefined: the query's own */
async function rowLimit({ sdk }: LookerApi, { plan }: QuerySource): Promise<number | undefined> {
  if (plan === undefined) return undefined;
  try {
    const { send_all_results: all } = await sdk.ok(sdk.scheduled_plan(plan, "send_all_results"));
    return all ? -1 : undefined;
  } catch (error) {
    // Looker deletes the plan of what is sent once.
    if (error instanceof LookerApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function open(
  api: LookerApi,
  path: string,
  limit: number | undefined,
  silenceTimeoutMs: number,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const parameters = new URLSearchParams({
    apply_formatting: "false",
    apply_vis: "false",
    server_table_calcs: "true",
    ...(limit !== undefined && { limit: String(limit) }),
  });
  let refusal: LookerApiError | undefined;
  for (const format of FORMATS) {
    const response = await api.open(`${path}/${format}?${parameters}`, silenceTimeoutMs, signal);
    const { statusCode: status = 0 } = response;
    if (status === 200) return response;
    refusal = errorOfAnswer(status, (await readText(response, SHORT_ANSWER_BYTES)).text);
    // Anything else has nothing to do with the format.
    if (![400, 404, 422].includes(status)) break;
  }
  throw refusal ?? new RunAgainError("Looker did not answer");
}

/** @returns the error itself when it is not about Looker's API */
function asRunAgainError(error: unknown): unknown {
  if (!(error instanceof LookerApiError)) return error;
  return new RunAgainError(error.gist, error.status === undefined ? undefined : error.said);
}

async function* piecesOf(
  openResult: () => Promise<IncomingMessage>,
  silenceTimeoutMs: number,
): AsyncGenerator<Buffer> {
  const response = await openResult().catch((error: unknown) => {
    throw asRunAgainError(error);
  });
  let isWaiting = true;
  // What is waited for is Looker: whoever takes the bytes may take as long as they want.
  const silence = setTimeout(() => {
    if (isWaiting) response.destroy(timedOut());
  }, silenceTimeoutMs);
  try {
    for await (const piece of response) {
      isWaiting = false;
      yield piece;
      isWaiting = true;
      silence.refresh();
    }
  } catch (error) {
    throw new RunAgainError(`the connection to Looker was lost (${errorCode(error)})`);
  } finally {
    clearTimeout(silence);
  }
}
