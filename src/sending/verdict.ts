/** Decides what is to be done after an answer of Heap's. */

import type { Answer } from "../heap";
import type { Part } from "./waiting-batch";

export type Verdict =
  | { do: "finish" }
  /** The same again, later. */
  | { do: "retry" }
  /** The same again, after nobody has sent to the environment for a while. */
  | { do: "pause"; milliseconds: number | undefined }
  | { do: "split" }
  | { do: "reject"; reason: string }
  | { do: "park"; status: number };

/** What else is known of the environment. */
export interface Surroundings {
  /** Requests that Heap has accepted for it. */
  accepted: number;
  /** Answers in a row that said the environment is unknown, this one included. */
  unknownInARow: number;
  /** Requests to it that still wait for their answer. */
  underWay: number;
  /** No other batch could be sent now: nothing tells whether it is this one that fails, or Heap. */
  alone: boolean;
  /** How many parts the batch has fallen into. */
  parts: number;
}

/** A part is split that failed so often while others got through; or just so often, when there are no others. */
const SPLIT_AFTER = 5;

/** A record is given up that failed so often while others got through, in this part or those it was split from. */
const REJECT_AFTER = 5;

/** The same for a record that was sent by itself from the start: it never was found by narrowing down. */
const REJECT_UNSPLIT_AFTER = 8;

/** Answers in a row that an environment is unknown, after which it is. */
const UNKNOWN_AFTER = 5;

/** When nothing else is there to compare with, a failing batch is split into so many parts at most. */
const MAX_PARTS_ALONE = 64;

/** @param part with its counters brought up to date for this answer */
export function judge(answer: Answer, part: Part, around: Surroundings): Verdict {
  switch (answer.kind) {
    case "accepted":
      return { do: "finish" };
    case "too many":
      return { do: "pause", milliseconds: answer.retryAfterMs };
    case "refused":
      return narrowDown(part, answer);
    case "unknown environment":
      return judgeUnknown(answer, part, around);
    case "failed":
      return judgeFailed(answer, part, around);
    case "unanswered":
      return isAtFault(part, around) && part.hashes.length > 1 ? { do: "split" } : { do: "retry" };
    case "withheld":
      return { do: "retry" };
  }
}

function narrowDown(part: Part, answer: { status: number; text: string }): Verdict {
  if (part.hashes.length > 1) return { do: "split" };
  const text = answer.text === "" ? "" : `: ${answer.text}`;
  return { do: "reject", reason: `Heap answered ${answer.status}${text}` };
}

/**
 * 401 and 404 mean the environment when everything gets them. When others got through since this part first got
 * one, they are a refusal like another.
 */
function judgeUnknown(answer: { status: number; text: string }, part: Part, around: Surroundings): Verdict {
  if (part.faults > 0) return narrowDown(part, answer);
  const isUnknown = around.unknownInARow >= UNKNOWN_AFTER || around.accepted === 0;
  if (isUnknown && around.underWay === 0) return { do: "park", status: answer.status };
  return { do: "retry" };
}

function judgeFailed(answer: { status: number; text: string }, part: Part, around: Surroundings): Verdict {
  if (part.hashes.length > 1) return isAtFault(part, around) ? { do: "split" } : { do: "retry" };
  const enough = part.isSuspect ? REJECT_AFTER : REJECT_UNSPLIT_AFTER;
  const isProven = part.faults > part.faultsBefore && part.faults >= enough;
  return isProven ? narrowDown(part, answer) : { do: "retry" };
}

/** Whether it is this part that fails, not Heap: others get through, or there are no others to tell by. */
function isAtFault(part: Part, around: Surroundings): boolean {
  if (part.faultsBefore < part.faults && (part.isSuspect || part.faults >= SPLIT_AFTER)) return true;
  return around.alone && part.failures >= SPLIT_AFTER && around.parts < MAX_PARTS_ALONE;
}
