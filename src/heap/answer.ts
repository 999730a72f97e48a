/** What an answer of Heap's means for what was sent. */

/** Kinds of answer, told apart by what is to be done next. */
export type Answer =
  /** Heap has it. */
  | { kind: "accepted"; status: number }
  /** Heap takes some record of it never: narrow it down. */
  | { kind: "refused"; status: number; text: string }
  /** Heap does not know the environment, or not any more. */
  | { kind: "unknown environment"; status: number; text: string }
  /** Too many requests: nobody sends to this environment for a while. */
  | { kind: "too many"; status: number; retryAfterMs: number | undefined }
  /** Heap failed with an answer, or leads elsewhere, which is nobody's record's fault: the same again, later. */
  | { kind: "failed"; status: number; text: string }
  /**
   * No answer (time-out, reset, no connection), or only a gateway's: Heap may or may not apply it, now or later.
   * `cause` is a code such as ECONNRESET, never an address; `status` is the gateway's.
   */
  | { kind: "unanswered"; cause: string; status?: number }
  /** It was not sent at all: the hub stops. */
  | { kind: "withheld" };

/** Longest part of Heap's answer that is kept, in characters. */
const KEPT_TEXT = 300;

/** These come from something between us and Heap, so Heap may yet apply the request. */
const GATEWAY_STATUSES = new Set([408, 502, 504]);

/** Source of the statuses: heap-contract, "observed in open-source destinations". */
export function classify(status: number, body: string, retryAfter: string | undefined, now: number): Answer {
  // Whatever it says is shown as text: nothing of it moves a terminal's cursor.
  const text = body
    .slice(0, KEPT_TEXT)
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  if (status >= 200 && status < 300) return { kind: "accepted", status };
  if (status === 429) return { kind: "too many", status, retryAfterMs: parseRetryAfter(retryAfter, now) };
  if (GATEWAY_STATUSES.has(status)) return { kind: "unanswered", cause: `HTTP ${status}`, status };
  if (status === 401 || status === 403 || status === 404)
    return { kind: "unknown environment", status, text };
  if (status >= 500 || status < 400) return { kind: "failed", status, text };
  return { kind: "refused", status, text };
}

/** Longest wait that is believed, in milliseconds, so that a wrong clock stops nothing for ever. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined, so that we back off by
 * ourselves, when it is neither or no wait at all: "0" again and again would have us ask without a break.
 */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now;
  return wait > 0 ? Math.min(wait, MAX_RETRY_AFTER_MS) : undefined;
}

/** NaN when it is none; `Date.parse` alone takes "soon 5" for a day in May. */
function parseHttpDate(text: string): number {
  return text.endsWith(" GMT") ? Date.parse(text) : Number.NaN;
}
