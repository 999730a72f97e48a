/** The deliveries of an environment are sent in turn; what shares a user is sent in the order of the log. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { ConstantBackoff } from "cockatiel";
import fc from "fast-check";
import type { LookAheadLimits } from "../../src/sending/look-ahead";
import { Scheduler } from "../../src/sending/scheduler";
import { ACCEPTED, HandDrivenHeap } from "../helpers/hand-driven-heap";
import { collectedOf, inLog, leaseOf, newDelivery, readOf } from "../helpers/new-delivery";
import { outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

const USUAL: LookAheadLimits = { batches: 64, users: 1000, setUsers: 1000 };

/** So little is in memory that most of a log is known by its sets of identities alone. */
const TINY: LookAheadLimits = { batches: 2, users: 3, setUsers: 3 };

interface Options {
  limits: LookAheadLimits;
  maxConcurrent: number;
  maxOfDelivery: number;
}

/** A batch of the log, as the test knows it. */
interface Put {
  delivery: string;
  users: readonly string[];
  state: "waiting" | "sent" | "done";
}

const SETTLED_TURNS = 30;

async function start({ limits, maxConcurrent, maxOfDelivery }: Options) {
  const opened = open(newFolder());
  const { outbox, clock, log } = opened;
  const heap = new HandDrivenHeap(maxConcurrent);
  const heldUp = new Set<string>();
  const nothing = () => undefined;
  const lease = await leaseOf(outbox);
  const scheduler = new Scheduler({
    ...{ logs: outbox.logs, lease, sender: heap, clock, log, limits, maxOfDelivery },
    settleMs: 0,
    timeoutMs: 20_000,
    backoff: new ConstantBackoff(100),
    onHealth: nothing,
    onIdle: nothing,
    onHeldUp: (delivery, isHeldUp) => (isHeldUp ? heldUp.add(delivery) : heldUp.delete(delivery)),
    events: { answered: nothing, unsent: nothing, heldUp: nothing, done: nothing },
  });
  await scheduler.start();
  const puts: Put[] = [];
  const begun = new Set<string>();
  const settled = async () => {
    for (let turn = 0; turn < SETTLED_TURNS; turn++) await nextTurn();
    clock.advance(50);
    for (let turn = 0; turn < SETTLED_TURNS; turn++) await nextTurn();
  };
  return {
    ...opened,
    heap,
    heldUp,
    lease,
    scheduler,
    log: puts,
    settled,
    /** Puts batches of these users into the log. */
    async put(delivery: string, ...batches: (readonly string[])[]): Promise<void> {
      const of = newDelivery(delivery);
      if (!begun.has(delivery)) await outbox.intake.begin(of);
      begun.add(delivery);
      const properties = { of: delivery };
      const groups = batches.map((users) => users.map((identity) => ({ identity, properties })));
      await outbox.intake.append(of, { collected: collectedOf(...groups), read: readOf({}), rejects: [] });
      for (const users of batches) puts.push({ delivery, users, state: "waiting" });
      scheduler.grown();
      await settled();
    },
  };
}

/** Whether an earlier batch that is not done shares a user with it. */
function isHeld(log: readonly Put[], at: number): boolean {
  const { users } = log[at]!;
  return log
    .slice(0, at)
    .some((other) => other.state !== "done" && other.users.some((user) => users.includes(user)));
}

describe("the deliveries of an environment", () => {
  const many = Array.from({ length: 200 }, (_, at) => [`many-${at}`]);

  it.each([
    ["in memory", USUAL],
    ["known by its identities", TINY],
  ])("are sent in turn, however much of the first is waiting %s", async (_where, limits) => {
    const { heap, put, settled } = await start({ limits, maxConcurrent: 1, maxOfDelivery: 1 });
    await put("large", ...many);
    await put("small", ["ann"]);
    await put("other", ["bob"], ["cat"]);
    const sent: string[] = [];
    for (let request = 0; request < 7; request++) {
      sent.push(...heap.asked);
      heap.answer(ACCEPTED);
      await settled();
    }
    // The first request went out while nobody else was there.
    expect(sent).toEqual(["large", "large", "small", "other", "large", "other", "large"]);
  });

  it("begin at once, as one has half of the requests at most", async () => {
    const { heap, put } = await start({ limits: USUAL, maxConcurrent: 4, maxOfDelivery: 2 });
    await put("large", ...many);
    expect(heap.asked).toEqual(["large", "large"]);
    await put("small", ["ann"]);
    expect(heap.asked).toEqual(["large", "large", "small"]);
  });

  it.each([
    ["in memory", USUAL],
    ["known by its identities", TINY],
  ])("wait for each other's users, whatever is waiting %s, and say so", async (_where, limits) => {
    const { heap, put, settled, heldUp } = await start({ limits, maxConcurrent: 2, maxOfDelivery: 1 });
    await put("large", ...many.slice(0, 30));
    await put("small", ["many-29"]);
    expect([...heldUp]).toEqual(["small"]);
    const sent: string[] = [];
    while (heap.waiting.length > 0) {
      sent.push(...heap.asked);
      heap.answer(ACCEPTED);
      await settled();
    }
    expect(sent.indexOf("small")).toBe(30);
    expect([...heldUp]).toEqual([]);
  });

  it("do not hold up what comes behind their own batch that waits for another delivery", async () => {
    const { heap, put } = await start({ limits: USUAL, maxConcurrent: 9, maxOfDelivery: 3 });
    await put("first", ["ann"]);
    await put("second", ["ann"], ["bob"]);
    expect(heap.asked).toEqual(["first", "second"]);
  });

  it("leave no set of identities behind", async () => {
    const { heap, put, settled, outbox, lease } = await start({
      limits: TINY,
      maxConcurrent: 4,
      maxOfDelivery: 4,
    });
    const kept: number[] = [];
    const dropped: number[] = [];
    const { logs } = outbox;
    const [keep, drop] = [logs.keepIdentities.bind(logs), logs.dropIdentities.bind(logs)];
    logs.keepIdentities = (of, set, parts) => {
      kept.push(set);
      return keep(of, set, parts);
    };
    logs.dropIdentities = (of, set) => {
      dropped.push(set);
      return drop(of, set);
    };
    await put("large", ...many.slice(0, 40));
    await put("cancelled", ...many.slice(100, 110));
    expect(kept.length).toBeGreaterThan(5);
    await outbox.records.cancel("cancelled", 0);
    while (heap.waiting.length > 0) {
      heap.answer(ACCEPTED);
      await settled();
    }
    expect(dropped.length).toBeLessThanOrEqual(kept.length);
    expect(await logs.read(lease, 0, 100, "large")).toEqual([]);
  });
});

const delivery = fc.constantFrom("a", "b", "c", "d");
const users = fc.uniqueArray(
  fc.constantFrom("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "jan"),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const step = fc.oneof(
  fc.record({ put: delivery, batches: fc.array(users, { minLength: 1, maxLength: 6 }) }),
  fc.record({ answer: fc.nat(9) }),
  fc.record({ answer: fc.nat(9) }),
);

it("never overtakes an earlier batch that shares a user, and never lets one wait that nothing holds", async () => {
  const limits = fc.constantFrom(USUAL, TINY, { batches: 4, users: 8, setUsers: 5 });
  await fc.assert(
    fc.asyncProperty(limits, fc.array(step, { minLength: 5, maxLength: 25 }), async (chosen, steps) => {
      const world = await start({ limits: chosen, maxConcurrent: 3, maxOfDelivery: 2 });
      const { heap, put, settled, log, outbox } = world;
      const check = () => {
        noteSent(world);
        const isFull = log.filter(({ state }) => state === "sent").length >= 3;
        for (const of of new Set(log.map((each) => each.delivery))) {
          const own = log.filter((each) => each.delivery === of && each.state !== "done");
          const at = own.findIndex(({ state }) => state === "waiting");
          const isBusy = own.filter(({ state }) => state === "sent").length >= 2;
          // Of a delivery as many are looked at as are in memory at least: the first is.
          if (at !== 0 || isFull || isBusy) continue;
          expect({ of, isHeld: isHeld(log, log.indexOf(own[at]!)) }).toEqual({ of, isHeld: true });
        }
      };
      const answer = async (which: number) => {
        const [one] = world.heap.waiting.slice(which, which + 1);
        if (!one) return;
        const sent = log.find((each) => each.state === "sent" && isSame(each, usersIn(one)));
        if (sent) sent.state = "done";
        heap.answer(ACCEPTED, which);
        await settled();
        check();
      };
      for (const each of steps) {
        if ("put" in each) {
          await put(each.put, ...each.batches);
          check();
        } else if (heap.waiting.length > 0) await answer(each.answer % heap.waiting.length);
      }
      while (heap.waiting.length > 0) await answer(0);
      expect(log.filter(({ state }) => state !== "done")).toEqual([]);
      expect(await inLog(outbox)).toEqual([]);
      await world.scheduler.stop();
    }),
    { numRuns: 60 },
  );
}, 60_000);

type Waiting = HandDrivenHeap["waiting"][number];

function usersIn({ request }: Waiting): { delivery: string; users: string[] } {
  const { users: records } = JSON.parse(request.body.toString());
  expect(records[0]).toHaveProperty("identity");
  return {
    delivery: records[0].properties.of,
    users: records.map(({ identity }: { identity: string }) => identity),
  };
}

function isSame(put: Put, other: { delivery: string; users: string[] }): boolean {
  return put.delivery === other.delivery && put.users.join() === other.users.join();
}

/** Notes which batches are under way; one that is must be the first of its users. */
function noteSent({ log, heap }: Awaited<ReturnType<typeof start>>): void {
  const known = log.filter(({ state }) => state === "sent");
  for (const waiting of heap.waiting) {
    const seen = usersIn(waiting);
    const before = known.findIndex((each) => isSame(each, seen));
    if (before >= 0) {
      known.splice(before, 1);
      continue;
    }
    const at = log.findIndex((each) => each.state === "waiting" && isSame(each, seen));
    expect({ seen, isHeld: isHeld(log, at) }).toEqual({ seen, isHeld: false });
    log[at]!.state = "sent";
  }
}
