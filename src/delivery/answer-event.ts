/** What an answer of Heap's means for a delivery, in words; nothing when it is as it should be. */

import type { Answer } from "../heap";
import type { Verdict } from "../sending";

export interface AnswerEvent {
  text: string;
  /** What Heap said, which may quote personal data. */
  said?: string;
}

export function answerEvent(answer: Answer, next: Verdict["do"]): AnswerEvent | undefined {
  switch (next) {
    case "finish":
    case "park":
      return undefined;
    case "pause":
      return { text: "Heap asked to wait (it answered 429): nothing was sent for a while." };
    case "split":
      return {
        text: `${what(answer)}: the request was split to find the record at fault.`,
        ...quote(answer),
      };
    case "reject":
      return { text: `${what(answer)} to a single record: it was rejected.`, ...quote(answer) };
    case "retry":
      return answer.kind === "withheld"
        ? undefined
        : { text: `${what(answer)}: the request was sent again.`, ...quote(answer) };
  }
}

function what(answer: Answer): string {
  if (answer.kind === "unanswered") return `Heap did not answer (${answer.cause})`;
  return "status" in answer ? `Heap answered ${answer.status}` : "Heap answered";
}

function quote(answer: Answer): Pick<AnswerEvent, "said"> {
  return "text" in answer && answer.text !== "" ? { said: answer.text } : {};
}
