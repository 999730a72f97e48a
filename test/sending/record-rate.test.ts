/** Heap's limits of records in any minute, of an environment and of each identity of it. */

import { EVENT_WINDOW_MS, KINDS } from "../../src/heap";
import { Rates } from "../../src/sending/rates";
import { RecordRate } from "../../src/sending/record-rate";
import { WaitingBatch } from "../../src/sending/waiting-batch";
import { loggedBatch } from "../helpers/new-delivery";

const ANN = 1;
const BOB = 2;
const NOW = Date.UTC(2025, 0, 1);

let rate: RecordRate;
beforeEach(() => {
  rate = new RecordRate({ environment: 10, identity: 4 });
});

/** Sends records in a request that ends at once. */
function send(hashes: readonly number[], at = NOW): void {
  rate.occupy(Int32Array.from(hashes));
  rate.ended(Int32Array.from(hashes), at);
}

function allows(...hashes: readonly number[]): boolean {
  return rate.allows(Int32Array.from(hashes));
}

it("an identity has no more records than its own limit, whatever the request holds beside", () => {
  send([ANN, ANN, BOB]);
  expect([allows(ANN, BOB, ANN), allows(ANN, ANN, ANN)]).toEqual([true, false]);
});

it("an environment has no more records than its limit, whosever they are", () => {
  send([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([allows(11, 12), allows(11, 12, 13)]).toEqual([true, false]);
});

it("records count until a minute after the end of their request", () => {
  send([ANN, ANN]);
  send([ANN, ANN], NOW + 1000);
  rate.forget(NOW + EVENT_WINDOW_MS - 1);
  expect([allows(ANN), rate.nextChange]).toEqual([false, NOW + EVENT_WINDOW_MS]);
  rate.forget(NOW + EVENT_WINDOW_MS);
  expect([allows(ANN, ANN), allows(ANN, ANN, ANN)]).toEqual([true, false]);
  rate.forget(NOW + 1000 + EVENT_WINDOW_MS);
  expect([allows(ANN, ANN, ANN, ANN), rate.nextChange]).toEqual([true, undefined]);
});

it("records count as long as their request is under way", () => {
  rate.occupy(Int32Array.of(ANN, ANN, ANN, ANN));
  rate.forget(NOW + 10 * EVENT_WINDOW_MS);
  expect([allows(ANN), allows(BOB)]).toEqual([false, true]);
});

it("what was recorded before a restart counts until a minute after it", () => {
  rate.restore([Int32Array.of(ANN, ANN), Int32Array.of(ANN, ANN)], NOW);
  rate.forget(NOW + EVENT_WINDOW_MS - 1);
  expect(allows(ANN)).toBe(false);
  rate.forget(NOW + EVENT_WINDOW_MS);
  expect(allows(ANN)).toBe(true);
});

describe("events", () => {
  /** Events of these identities, as they are sent. */
  function events(...hashes: readonly number[]) {
    const [part] = new WaitingBatch(loggedBatch(hashes, { kind: "event" })).parts;
    if (!part) throw new Error("a batch begins with one part");
    return part;
  }

  it("are each recorded before they are sent", () => {
    const recorded = new Rates().occupy("event", events(ANN, BOB, ANN));
    expect([...recorded]).toEqual([ANN, BOB, ANN]);
  });

  it("of one request count as one request of their identity", () => {
    const rates = new Rates();
    for (let request = 0; request < 29; request++) rates.occupy("event", events(ANN, ANN));
    expect(rates.allows("event", events(ANN))).toBe(true);
    rates.occupy("event", events(ANN));
    expect(rates.allows("event", events(ANN))).toBe(false);
  });

  it("share the requests of an identity with its properties, as Heap may count them together", () => {
    const rates = new Rates();
    for (let request = 0; request < 30; request++) rates.occupy("event", events(ANN));
    const [part] = new WaitingBatch(loggedBatch([ANN])).parts;
    expect(part && rates.allows("user", part)).toBe(false);
  });

  it("that were recorded before a restart count for their identity and their environment", async () => {
    const rates = new Rates();
    const asked: number[] = [];
    const recorded = async (withinMs: number) => {
      asked.push(withinMs);
      return Array.from({ length: 15 }, (_, at) => new Int32Array(1000).fill(at));
    };
    await rates.restore(recorded, NOW);
    expect(Math.max(...asked)).toBe(60_000);
    rates.forget(NOW + 30_000);
    expect(rates.allows("event", events(99))).toBe(false);
    rates.forget(NOW + 60_000);
    expect(rates.allows("event", events(99))).toBe(true);
  });

  it("have the limits that Heap states", () => {
    expect(KINDS.event.perMinute).toEqual({ environment: 15_000, identity: 1000 });
  });
});
