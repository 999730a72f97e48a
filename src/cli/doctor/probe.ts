/** One request to find out whether something answers, and how its clock stands. */

import { Connections } from "../../connections";
import { errorCode } from "../../error-code";
import { readText } from "../../read-text";

const TIMEOUT_MS = 10_000;

/** Longer than a hub's listing is with the icon of its action. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface Probe {
  status: number;
  /** Its beginning, when it is very long. */
  body: string;
  /** How far the other clock is ahead of ours, in milliseconds, to a second or so; undefined: it does not say. */
  aheadMs: number | undefined;
}

/** @returns an error code instead when there is no answer */
export async function probe(
  url: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Probe | string> {
  const connections = new Connections();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const started = Date.now();
  try {
    const response = await connections.request(new URL(url), {
      method,
      headers,
      signal,
    });
    const theirs = Date.parse(response.headers.date ?? "");
    const ours = (started + Date.now()) / 2;
    // What a date header leaves out is half a second on average.
    const aheadMs = Number.isNaN(theirs) ? undefined : theirs + 500 - ours;
    const { text: body } = await readText(response, MAX_BODY_BYTES);
    return { status: response.statusCode ?? 0, body, aheadMs };
  } catch (error) {
    return signal.aborted ? "time-out" : errorCode(error);
  } finally {
    connections.close();
  }
}
