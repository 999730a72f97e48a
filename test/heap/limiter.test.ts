/** How many requests run at once for one environment, and its pauses. */

import { Limiter } from "../../src/heap/limiter";
import { HandDrivenClock } from "../helpers/hand-driven-clock";

/** Requests that end when they are told to. */
class Requests {
  open = 0;
  started = 0;
  private readonly ends: (() => void)[] = [];

  readonly one = async (): Promise<void> => {
    this.started++;
    this.open++;
    await new Promise<void>((resolve) => this.ends.push(resolve));
    this.open--;
  };

  async untilStarted(count: number): Promise<void> {
    while (this.started < count) await nextTurn();
  }

  endOne(): void {
    this.ends.shift()?.();
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function answer(): Promise<string> {
  return "answer";
}

/** By the time that so many requests of another environment are through, one of ours would have started too. */
async function othersGoThrough(clock: HandDrivenClock): Promise<void> {
  const other = new Limiter(1, clock);
  for (let request = 0; request < 5; request++) await other.run(answer);
}

let clock: HandDrivenClock;
let limiter: Limiter;

beforeEach(() => {
  clock = new HandDrivenClock();
  limiter = new Limiter(3, clock);
});

afterEach(() => limiter.stop());

describe("at once", () => {
  it("run as many requests as are allowed, and never more", async () => {
    const requests = new Requests();
    const all = Array.from({ length: 8 }, () => limiter.run(requests.one));
    for (let started = 3; started <= all.length; started++) {
      await requests.untilStarted(started);
      await othersGoThrough(clock);
      expect(requests).toMatchObject({ open: 3, started });
      requests.endOne();
    }
    requests.endOne();
    requests.endOne();
    await Promise.all(all);
  });

  it("one that follows on another starts at once, with no timer in between", async () => {
    await limiter.run(answer);
    const requests = new Requests();
    const next = limiter.run(requests.one);
    expect(requests.started).toBe(1);
    requests.endOne();
    await next;
  });

  it("one that follows on another waits as well when there is a pause by then", async () => {
    await limiter.run(answer);
    limiter.pause(1000);
    const requests = new Requests();
    const next = limiter.run(requests.one);
    await othersGoThrough(clock);
    expect(requests.started).toBe(0);
    clock.advance(1000);
    await requests.untilStarted(1);
    requests.endOne();
    await next;
  });

  it("there is room for one more until so many are under way, from when they are handed over", async () => {
    const requests = new Requests();
    const seen = [limiter.underWay, limiter.hasRoom];
    const all = Array.from({ length: 3 }, () => limiter.run(requests.one));
    seen.push(limiter.underWay, limiter.hasRoom);
    await requests.untilStarted(3);
    requests.endOne();
    await all[0];
    seen.push(limiter.underWay, limiter.hasRoom);
    expect(seen).toEqual([0, true, 3, false, 2, true]);
    requests.endOne();
    requests.endOne();
    await Promise.all(all);
  });

  it("a request that fails gives its place back and its error on", async () => {
    const limiter = new Limiter(1, clock);
    await expect(limiter.run(() => Promise.reject(new RangeError("no")))).rejects.toThrow(RangeError);
    expect(await limiter.run(answer)).toBe("answer");
  });
});

describe("stopping", () => {
  it("waits for what runs, and lets go of what waits", async () => {
    const requests = new Requests();
    const narrow = new Limiter(1, clock);
    const running = narrow.run(requests.one);
    await requests.untilStarted(1);
    const waiting = narrow.run(requests.one);
    let isStopped = false;
    const stopped = narrow.stop().then(() => {
      isStopped = true;
    });
    expect(await waiting).toBeUndefined();
    await othersGoThrough(clock);
    expect(isStopped).toBe(false);
    requests.endOne();
    await running;
    await stopped;
    expect(requests.started).toBe(1);
    expect(await narrow.run(answer)).toBeUndefined();
  });
});

describe("a pause", () => {
  it("lets nothing start until it is over, and everything then", async () => {
    const started: number[] = [];
    const begin = clock.monotonic();
    limiter.pause(1000);
    const held = [1, 2].map(() => limiter.run(async () => started.push(clock.monotonic() - begin)));

    clock.advance(999);
    await othersGoThrough(clock);
    expect(started).toEqual([]);

    clock.advance(1);
    await Promise.all(held);
    expect(started).toEqual([1000, 1000]);
  });

  it("holds what was handed over before it and had not started", async () => {
    const requests = new Requests();
    const narrow = new Limiter(1, clock);
    const first = narrow.run(requests.one);
    const second = narrow.run(requests.one);
    await requests.untilStarted(1);
    narrow.pause(1000);
    requests.endOne();
    await first;
    await othersGoThrough(clock);
    expect(requests.started).toBe(1);

    clock.advance(1000);
    await requests.untilStarted(2);
    requests.endOne();
    await second;
  });

  it("leaves no room, and is over to the millisecond", () => {
    limiter.pause(1000);
    clock.advance(999);
    expect(limiter.hasRoom).toBe(false);
    clock.advance(1);
    expect(limiter.hasRoom).toBe(true);
  });

  it("says when it ends", () => {
    const end = clock.monotonic() + 1000;
    limiter.pause(1000);
    clock.advance(400);
    expect(limiter.pauseEnds).toBe(end);
  });

  it("is not cut short by a shorter one", async () => {
    let started = false;
    limiter.pause(1000);
    limiter.pause(10);
    const held = limiter.run(async () => {
      started = true;
    });
    clock.advance(999);
    await othersGoThrough(clock);
    expect([started, limiter.hasRoom]).toEqual([false, false]);
    clock.advance(1);
    await held;
  });

  it("is drawn out by a longer one", async () => {
    let started = false;
    limiter.pause(10);
    limiter.pause(1000);
    const held = limiter.run(async () => {
      started = true;
    });
    clock.advance(999);
    await othersGoThrough(clock);
    expect([started, limiter.hasRoom]).toEqual([false, false]);
    clock.advance(1);
    await held;
  });

  it("can follow another", async () => {
    for (let round = 0; round < 3; round++) {
      limiter.pause(100);
      const held = limiter.run(answer);
      clock.advance(100);
      expect(await held).toBe("answer");
    }
  });

  it("leaves no timer behind when everything stops", () => {
    limiter.pause(1000);
    limiter.stop();
    expect(clock.waiting).toBe(0);
  });
});
