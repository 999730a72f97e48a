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
  /** When Heap last accepted something for it, in milliseconds since 1970; 0: never. */
  lastAccepted: number;
  /** Answers in a row that said the environment is unknown, this one included. */
  unknownInARow: number;
  /** Requests to it that still wait for their answer. */
  underWay: number;
  /** No batch but the part's own waits; how many parts that one has fallen into. */
  alone: boolean;
  parts: number;
}

/** Failures in a row after which a part is split, if it alone fails. */
const SPLIT_AFTER = 5;

/** The same for what was split off a part that alone failed: a split in vain costs little. */
const SPLIT_SUSPECT_AFTER = 1;

/** A record that alone fails is given up later than it is narrowed down: giving up can't be taken back. */
const REJECT_AFTER = 8;

/** Answers in a row that an environment is unknown, after which it is, although Heap once knew it. */
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
      return part.hashes.length > 1 && isAtFault(part, around) ? { do: "split" } : { do: "retry" };
  }
}

function narrowDown(part: Part, answer: { status: number; text: string }): Verdict {
  if (part.hashes.length > 1) return { do: "split" };
  const text = answer.text === "" ? "" : `: ${answer.text}`;
  return { do: "reject", reason: `Heap answered ${answer.status}${text}` };
}

/** 401 and 404 mean the environment only when everything gets them; else they are a refusal like another. */
function judgeUnknown(answer: { status: number; text: string }, part: Part, around: Surroundings): Verdict {
  if (around.lastAccepted > 0 && around.unknownInARow < UNKNOWN_AFTER) return narrowDown(part, answer);
  return around.underWay > 0 ? { do: "retry" } : { do: "park", status: answer.status };
}

function judgeFailed(answer: { status: number; text: string }, part: Part, around: Surroundings): Verdict {
  if (!isAtFault(part, around)) return { do: "retry" };
  if (part.hashes.length > 1) return { do: "split" };
  const othersSucceed = around.lastAccepted > part.firstFailure;
  return othersSucceed && part.failures >= REJECT_AFTER ? narrowDown(part, answer) : { do: "retry" };
}

/** Whether it is this part that fails, not Heap: others get through, or there are no others to tell by. */
function isAtFault(part: Part, around: Surroundings): boolean {
  if (part.failures < (part.isSuspect ? SPLIT_SUSPECT_AFTER : SPLIT_AFTER)) return false;
  if (around.lastAccepted > part.firstFailure) return true;
  return around.alone && around.parts < MAX_PARTS_ALONE;
}
