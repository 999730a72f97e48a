/** Heap's limit of 30 requests in any 30 s, kept for each identity by itself. */

import fc from "fast-check";
import { MAX_REQUESTS_PER_IDENTITY, RATE_WINDOW_MS } from "../../src/heap";
import { IdentityRate } from "../../src/sending/identity-rate";

const ANN = 1;
const BOB = 2;
const NOW = Date.UTC(2025, 0, 1);

/** The table has 2^20 slots: this identity shares one with Ann. */
const LIKE_ANN = ANN + 2 ** 20;

let rate: IdentityRate;

beforeEach(() => {
  rate = new IdentityRate();
});

function allows(...identities: readonly number[]): boolean {
  return rate.allows(Int32Array.from(identities));
}

/** Sends requests that end at once. @returns how many of them have to be recorded */
function send(times: number, identity: number, at = NOW): number {
  const hashes = Int32Array.of(identity);
  let recorded = 0;
  for (let sent = 0; sent < times; sent++) {
    recorded += rate.occupy(hashes).length;
    rate.ended(hashes, at);
  }
  return recorded;
}

describe("an identity", () => {
  it("may be in 30 requests, and no more before 30 s after the end of the first", () => {
    send(29, ANN);
    expect(allows(ANN)).toBe(true);
    send(1, ANN, NOW + 1000);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + RATE_WINDOW_MS - 1);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(allows(ANN)).toBe(true);
    expect([MAX_REQUESTS_PER_IDENTITY, RATE_WINDOW_MS]).toEqual([30, 30_000]);
  });

  it("counts for a request as long as that is under way, however long it takes", () => {
    rate.occupy(Int32Array.of(ANN));
    send(29, ANN);
    rate.forget(NOW + 10 * RATE_WINDOW_MS);
    send(29, ANN, NOW + 10 * RATE_WINDOW_MS);
    expect(allows(ANN)).toBe(false);
  });

  it("does not count for another", () => {
    send(30, ANN);
    expect(allows(BOB)).toBe(true);
  });

  it("holds back a request with others in it", () => {
    send(30, ANN);
    expect(allows(BOB, ANN)).toBe(false);
  });

  it("counts for one that shares its slot: careful, never too many", () => {
    send(30, ANN);
    expect(allows(LIKE_ANN)).toBe(false);
  });

  it("of any hash has a slot", () => {
    for (const hash of [0, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      send(30, hash);
      expect(allows(hash)).toBe(false);
    }
  });
});

describe("the next change", () => {
  it("is when the first request stops counting", () => {
    expect(rate.nextChange).toBeUndefined();
    send(1, ANN);
    send(1, BOB, NOW + 1000);
    expect(rate.nextChange).toBe(NOW + RATE_WINDOW_MS);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(rate.nextChange).toBe(NOW + 1000 + RATE_WINDOW_MS);
    rate.forget(NOW + 1000 + RATE_WINDOW_MS);
    expect(rate.nextChange).toBeUndefined();
  });

  it("is right after a great many requests too", () => {
    for (let request = 0; request < 5000; request++) {
      send(1, ANN, NOW + request * 2000);
      rate.forget(NOW + request * 2000);
    }
    expect(rate.nextChange).toBe(NOW + (5000 - 15) * 2000 + RATE_WINDOW_MS);
  });
});

describe("when more have ended than are remembered one by one", () => {
  const MANY = 2 ** 18;
  const STEP_MS = 10_000;

  /** Others: none of them shares a slot with Ann or Bob. */
  function sendMany(at = NOW): void {
    const others = Int32Array.from({ length: MANY }, (_, index) => index + 10);
    rate.occupy(others);
    rate.ended(others, at);
  }

  it("an identity still may be in 30 requests, and no more before 30 s after the end of the first", () => {
    sendMany();
    send(29, ANN);
    expect(allows(ANN)).toBe(true);
    send(1, ANN);
    expect([allows(ANN), allows(BOB)]).toEqual([false, true]);
    rate.forget(NOW + RATE_WINDOW_MS - 1);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(allows(ANN)).toBe(true);
  });

  it("requests that end within 10 s stop counting together, with the last", () => {
    sendMany();
    send(15, ANN, NOW + 1000);
    send(14, ANN, NOW + 1000 + STEP_MS - 1);
    send(1, ANN, NOW + 1000 + STEP_MS);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(rate.nextChange).toBe(NOW + RATE_WINDOW_MS + 1000 + STEP_MS - 1);
    rate.forget(NOW + RATE_WINDOW_MS + 1000 + STEP_MS - 2);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + RATE_WINDOW_MS + 1000 + STEP_MS - 1);
    send(28, ANN, NOW + RATE_WINDOW_MS + 1000 + STEP_MS - 1);
    expect(allows(ANN)).toBe(true);
    send(1, ANN, NOW + RATE_WINDOW_MS + 1000 + STEP_MS - 1);
    expect(allows(ANN)).toBe(false);
  });

  it("all are forgotten in the end, and remembered one by one again", () => {
    sendMany();
    for (let second = 0; second < 20; second++) send(1, ANN, NOW + second * 1000);
    rate.forget(NOW + 2 * RATE_WINDOW_MS);
    expect(rate.nextChange).toBeUndefined();
    send(1, ANN, NOW + 2 * RATE_WINDOW_MS);
    send(29, ANN, NOW + 2 * RATE_WINDOW_MS + 1000);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + 3 * RATE_WINDOW_MS);
    expect(allows(ANN)).toBe(true);
  });
});

describe("across a restart", () => {
  it("nothing counts where there was no hub before", () => {
    expect(send(10, ANN)).toBe(0);
    expect(send(20, ANN)).toBe(20);
  });

  it("an identity's first ten requests leave no record, and every one after them does", () => {
    expect(send(10, ANN)).toBe(0);
    expect(send(1, ANN)).toBe(1);
    expect(send(1, BOB)).toBe(0);
  });

  it("every identity counts as having had ten, for 30 s", () => {
    rate.restore([], NOW);
    send(20, ANN);
    expect(allows(ANN)).toBe(false);
    expect(rate.nextChange).toBe(NOW + RATE_WINDOW_MS);
    rate.forget(NOW + RATE_WINDOW_MS - 1);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(allows(ANN)).toBe(true);
  });

  it("every request is recorded for 30 s: a hub that dies again and again forgets none", () => {
    rate.restore([], NOW);
    expect(send(5, ANN)).toBe(5);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(send(1, ANN, NOW + RATE_WINDOW_MS)).toBe(0);
  });

  it("recorded requests count beside the ten", () => {
    const recorded = Array.from({ length: 19 }, () => Int32Array.of(ANN));
    rate.restore([...recorded, Int32Array.of(BOB)], NOW);
    expect([allows(ANN), allows(BOB)]).toEqual([true, true]);
    send(1, ANN);
    expect(allows(ANN)).toBe(false);
    rate.forget(NOW + RATE_WINDOW_MS);
    expect(allows(ANN)).toBe(true);
  });

  it("any number of recorded requests holds an identity back", () => {
    for (let count = 20; count <= 200; count++) {
      rate = new IdentityRate();
      rate.restore(
        Array.from({ length: count }, () => Int32Array.of(ANN)),
        NOW,
      );
      expect([count, allows(ANN)]).toEqual([count, false]);
    }
  });
});

describe.each([
  ["", 0, 0],
  [", when more end than are remembered one by one", 2 ** 18, 10_000],
])("whatever is sent when%s", (_when, others, lateMs) => {
  it("no window of 30 s has more than 30 of an identity, and an identity waits no longer than it must", () => {
    const steps = fc.array(
      fc.record({
        waitMs: fc.constantFrom(0, 0, 0, 0, 100, 3000, 29_000),
        takesMs: fc.integer({ min: 0, max: 20_000 }),
        identity: fc.constantFrom(ANN, BOB, 3, 4),
      }),
      { minLength: 50, maxLength: 300 },
    );
    const crowd = Int32Array.from({ length: others }, (_, index) => index + 10);
    fc.assert(
      fc.property(steps, (all) => {
        const own = new IdentityRate();
        const sent: { identity: number; to: number }[] = [];
        const open: { identity: number; to: number }[] = [];
        let now = NOW;
        own.occupy(crowd);
        // Never ends to be remembered: all of the steps are beyond it.
        if (others > 0) own.ended(crowd, Number.MAX_SAFE_INTEGER);
        for (const { waitMs, takesMs, identity } of all) {
          now += waitMs;
          for (const each of open.splice(0)) {
            if (each.to <= now) own.ended(Int32Array.of(each.identity), each.to);
            else open.push(each);
          }
          own.forget(now);
          const counted = (since: number) =>
            sent.filter((each) => each.identity === identity && each.to > since).length;
          const isAllowed = own.allows(Int32Array.of(identity));
          if (counted(now - RATE_WINDOW_MS) >= MAX_REQUESTS_PER_IDENTITY) expect(isAllowed).toBe(false);
          if (counted(now - RATE_WINDOW_MS - lateMs) < MAX_REQUESTS_PER_IDENTITY)
            expect(isAllowed).toBe(true);
          if (!isAllowed) continue;
          own.occupy(Int32Array.of(identity));
          sent.push({ identity, to: now + takesMs });
          open.push({ identity, to: now + takesMs });
        }
      }),
      { numRuns: others > 0 ? 20 : 100 },
    );
  });
});
