/** What is done after an answer of Heap's, and how it is told whether a part is at fault, or Heap. */

import type { Answer } from "../../src/heap";
import { judge, type Surroundings } from "../../src/sending/verdict";
import { noteFailure, type Part, WaitingBatch } from "../../src/sending/waiting-batch";

const refused: Answer = { kind: "refused", status: 400, text: "bad" };
const failed: Answer = { kind: "failed", status: 500, text: "" };
const unknown: Answer = { kind: "unknown environment", status: 404, text: "" };
const unanswered: Answer = { kind: "unanswered", cause: "ECONNRESET" };

const AMONG_OTHERS: Surroundings = { accepted: 10, unknownInARow: 0, underWay: 3, alone: false, parts: 1 };

function partOf(records: number): Part {
  const batch = new WaitingBatch({
    delivery: "one",
    environment: { id: "123", host: "http://heap" },
    kind: "user",
    isCancelled: false,
    position: 1,
    bytes: 0,
    hashes: new Int32Array(records),
    rows: new Int32Array(records),
  });
  const [part] = batch.parts;
  if (!part) throw new Error("a batch begins as one part");
  return part;
}

/** A part that has failed so often, with others getting through before each failure or not. */
function failing(records: number, times: number, othersSucceed: boolean): Part {
  const part = partOf(records);
  for (let time = 0; time <= times; time++) noteFailure(part, othersSucceed ? time : 0);
  return part;
}

describe("a refusal", () => {
  it("splits a part, and rejects a single record with Heap's answer", () => {
    expect(judge(refused, partOf(2), AMONG_OTHERS)).toEqual({ do: "split" });
    expect(judge(refused, partOf(1), AMONG_OTHERS)).toEqual({
      do: "reject",
      reason: "Heap answered 400: bad",
    });
  });
});

describe("a failure", () => {
  it("is tried again", () => {
    expect(judge(failed, failing(1000, 0, true), AMONG_OTHERS)).toEqual({ do: "retry" });
    expect(judge(unanswered, failing(1000, 0, true), AMONG_OTHERS)).toEqual({ do: "retry" });
  });

  it("splits a part that failed five times while others got through", () => {
    expect(judge(failed, failing(1000, 4, true), AMONG_OTHERS)).toEqual({ do: "retry" });
    expect(judge(failed, failing(1000, 5, true), AMONG_OTHERS)).toEqual({ do: "split" });
    expect(judge(unanswered, failing(1000, 5, true), AMONG_OTHERS)).toEqual({ do: "split" });
  });

  it("splits nothing while nobody gets through, however long Heap is down", () => {
    expect(judge(failed, failing(1000, 500, false), AMONG_OTHERS)).toEqual({ do: "retry" });
  });

  it("splits a part that has nobody to compare with, up to a point", () => {
    const alone = { ...AMONG_OTHERS, alone: true };
    expect(judge(failed, failing(1000, 4, false), alone)).toEqual({ do: "split" });
    expect(judge(failed, failing(1000, 4, false), { ...alone, parts: 64 })).toEqual({ do: "retry" });
  });

  it("never costs a record that was sent by itself, unless others got through time after time", () => {
    expect(judge(failed, failing(1, 500, false), { ...AMONG_OTHERS, alone: true })).toEqual({ do: "retry" });
    expect(judge(failed, failing(1, 7, true), AMONG_OTHERS)).toEqual({ do: "retry" });
    expect(judge(failed, failing(1, 8, true), AMONG_OTHERS)).toMatchObject({ do: "reject" });
  });

  it("without an answer never costs a record", () => {
    expect(judge(unanswered, failing(1, 500, true), AMONG_OTHERS)).toEqual({ do: "retry" });
  });
});

describe("an unknown environment", () => {
  it("is parked when nothing was ever accepted, once everything under way has been answered", () => {
    const never = { ...AMONG_OTHERS, accepted: 0, unknownInARow: 1 };
    expect(judge(unknown, failing(1000, 0, false), never)).toEqual({ do: "retry" });
    expect(judge(unknown, failing(1000, 0, false), { ...never, underWay: 0 })).toEqual({
      do: "park",
      status: 404,
    });
  });

  it("is parked although Heap once knew it, after five such answers in a row", () => {
    const alone = { ...AMONG_OTHERS, underWay: 0 };
    expect(judge(unknown, failing(1, 0, false), { ...alone, unknownInARow: 4 })).toEqual({ do: "retry" });
    expect(judge(unknown, failing(1, 0, false), { ...alone, unknownInARow: 5 })).toMatchObject({
      do: "park",
    });
  });

  it("is a refusal like another when others get through", () => {
    expect(judge(unknown, failing(1000, 1, true), AMONG_OTHERS)).toEqual({ do: "split" });
    expect(judge(unknown, failing(1, 1, true), AMONG_OTHERS)).toMatchObject({ do: "reject" });
  });
});
