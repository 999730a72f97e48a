/**
 * What the ports of an outbox promise, for any implementation. A test file of an implementation calls `keepsTheContract`
 * with how to get a place that an outbox is kept in.
 */

import { identityHashOf } from "../../src/batches/identity-hash";
import { type Outbox, OutboxError } from "../../src/outbox";
import type { HandDrivenClock } from "../helpers/hand-driven-clock";
import {
  append,
  collectedOf,
  deliverUsers,
  done,
  ENVIRONMENT,
  inLog,
  leaseOf,
  newDelivery,
  readOf,
  usersInLog,
  WHOLE,
} from "../helpers/new-delivery";
import type { UserRecord } from "../helpers/updates";

interface OpenedPlace {
  outbox: Outbox;
  /** Its time stands still until it is moved on. */
  clock: HandDrivenClock;
}

/** Where an outbox is kept. */
export interface Place {
  /** Opens it, as a hub does that starts. It is closed when the test is over. */
  open(options?: { maxBytes?: number }): Promise<OpenedPlace>;
  /** Time passes, on the clock of what was opened here and on the place's own. */
  elapse(clock: HandDrivenClock, milliseconds: number): Promise<void>;
  /** @returns a place as it would be left now, had everything died that uses it */
  killed(): Promise<Place>;
}

function user(name: string, visits = 1): UserRecord {
  return { identity: `${name}@example.com`, properties: { Visits: visits } };
}

const ANN = user("ann");
const BOB = user("bob");
const CAT = user("cat");
const D = newDelivery("d");
const OTHER = newDelivery("other");

/** Who is in the log, batch by batch. */
async function waiting(outbox: Outbox, after = 0, limit = 100): Promise<string[]> {
  const batches = await usersInLog(outbox, after, limit);
  return batches.map((users) => users.map(({ identity }) => identity.split("@")[0]).join("+"));
}

async function reportOf(outbox: Outbox, delivery = "d") {
  const kept = await outbox.records.get(delivery);
  if (!kept) throw new Error("there is no such delivery");
  return kept.report;
}

export function keepsTheContract(newPlace: () => Place): void {
  /** An outbox with one delivery, `d`, that has begun. */
  async function begun(place = newPlace()) {
    const opened = await place.open();
    await opened.outbox.intake.begin(D);
    return { place, ...opened };
  }

  async function survivor(place: Place): Promise<Outbox> {
    return (await (await place.killed()).open()).outbox;
  }

  describe("sets of identities", () => {
    it("are kept in parts until they are dropped, each log's by itself", async () => {
      const { outbox } = await begun();
      const { logs } = outbox;
      const lease = await leaseOf(outbox);
      const other = await leaseOf(outbox, { id: "456", host: "http://heap" });
      await logs.keepIdentities(lease, 7, [Buffer.from("a"), Buffer.from("b")]);
      await logs.keepIdentities(lease, 9, [Buffer.from("c")]);
      await logs.keepIdentities(other, 7, [Buffer.from("d")]);
      const parts = await Promise.all([logs.identities(lease, 7, 1), logs.identities(other, 7, 0)]);
      expect(parts.map(String)).toEqual(["b", "d"]);
      void logs.dropIdentities(other, 7);
      expect((await logs.identities(lease, 7, 0)).toString()).toBe("a");
      expect((await logs.identities(lease, 9, 0)).toString()).toBe("c");
    });
  });

  describe("a delivery that waits for others' users", () => {
    it("says so as long as it does", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [ANN]);
      const lease = await leaseOf(outbox);
      void outbox.logs.setHeldUp(lease, "d", true);
      expect(await reportOf(outbox)).toMatchObject({ isHeldUp: true });
      void outbox.logs.setHeldUp(lease, "d", false);
      expect((await reportOf(outbox)).isHeldUp ?? false).toBe(false);
    });
  });

  describe("a log", () => {
    it("gives the batches of one delivery in their order", async () => {
      const { outbox } = await begun();
      await outbox.intake.begin(OTHER);
      await append(outbox, D, [ANN]);
      await append(outbox, OTHER, [BOB]);
      await append(outbox, D, [CAT, ANN]);
      const lease = await leaseOf(outbox);
      const [first, ...rest] = await outbox.logs.read(lease, 0, 10, "d");
      expect([first, ...rest].map((batch) => batch?.delivery)).toEqual(["d", "d", "d"]);
      expect(await outbox.logs.read(lease, first?.position ?? 0, 1, "d")).toEqual(rest.slice(0, 1));
    });

    it("gives batches in the order they were put in, whichever delivery they are of", async () => {
      const { outbox } = await begun();
      await outbox.intake.begin(OTHER);
      await append(outbox, D, [ANN]);
      await append(outbox, OTHER, [BOB]);
      await append(outbox, D, [CAT, ANN]);
      expect(await waiting(outbox)).toEqual(["ann", "bob", "cat", "ann"]);
    });

    it("is read on from any position, so many at a time", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [ANN, BOB, CAT]);
      const [first] = await inLog(outbox);
      expect(await waiting(outbox, first?.position, 1)).toEqual(["bob"]);
    });

    it("gives a batch back as it was put in", async () => {
      const { outbox } = await begun();
      const collected = collectedOf([ANN, BOB]);
      const [sealed] = collected.full;
      const expected = {
        ...{ delivery: "d", environment: ENVIRONMENT, kind: "user", isCancelled: false },
        ...{ hashes: sealed?.hashes, rows: sealed?.rows, bytes: sealed?.body.length },
      };
      const body = Buffer.from(sealed?.body ?? "");
      await outbox.intake.append(D, { collected, read: readOf({}), rejects: [] });
      const [{ position, ...head } = { position: 0 }] = await inLog(outbox);
      expect(head).toEqual(expected);
      expect(await outbox.logs.body(await leaseOf(outbox), position)).toEqual(body);
    });

    it("holds one environment's batches only", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [ANN]);
      const lease = await leaseOf(outbox, { id: "456", host: "http://heap" });
      expect(await outbox.logs.read(lease, 0, 100)).toEqual([]);
      expect(await outbox.logs.waiting()).toEqual([ENVIRONMENT]);
    });

    it("forgets a batch that is done, and never uses its position again", async () => {
      const { outbox, place } = await begun();
      await append(outbox, D, [ANN]);
      const [first] = await inLog(outbox);
      await done(outbox, first);
      await outbox.upkeep.close();
      const again = (await place.open()).outbox;
      expect(await waiting(again)).toEqual([]);
      expect(await again.logs.waiting()).toEqual([]);
      await append(again, D, [BOB]);
      const [second] = await inLog(again);
      expect(second?.position).toBeGreaterThan(first?.position ?? 0);
    });

    it("counts a batch once, also when it is done twice", async () => {
      const { outbox, place, clock } = await begun();
      await append(outbox, D, [ANN, BOB]);
      const [first] = await inLog(outbox);
      await done(outbox, first);
      await done(outbox, first);
      clock.advance(1000);
      expect(await reportOf(outbox)).toMatchObject({ sent: 1 });
      expect(await reportOf(await survivor(place))).toMatchObject({ sent: 1 });
    });

    it("says that it has grown, once what came in can be read", async () => {
      const { outbox } = await begun();
      const seen: Promise<string[]>[] = [];
      outbox.changes.listen("grown", () => seen.push(waiting(outbox)), new AbortController().signal);
      await append(outbox, D, [ANN]);
      expect(await Promise.all(seen)).toEqual([["ann"]]);
    });

    it("has no former owner where there was no hub before, and has one where there was", async () => {
      const { outbox, place } = await begun();
      expect((await leaseOf(outbox)).formerUntil).toBeUndefined();
      await outbox.upkeep.close();
      const { outbox: again, clock } = await place.open();
      expect((await leaseOf(again)).formerUntil).toBeLessThanOrEqual(clock.monotonic());
    });
  });

  describe("a checkpoint", () => {
    it("is on the disk when it resolves", async () => {
      const { outbox, place } = await begun();
      await append(outbox, D, [ANN, BOB]);
      const left = await survivor(place);
      expect(await waiting(left)).toEqual(["ann", "bob"]);
      expect(await reportOf(left)).toMatchObject({ read: { rows: 2, users: 2 }, sent: 0 });
    });

    it("is stored whole or not at all", async () => {
      const { outbox, place } = await begun();
      const broken = { row: 1.5, reason: "a row that no table takes" };
      const checkpoint = { collected: collectedOf([ANN]), read: readOf({ rows: 7 }), rejects: [broken] };
      await expect(outbox.intake.append(D, checkpoint)).rejects.toBeInstanceOf(OutboxError);
      expect(await waiting(outbox)).toEqual([]);
      expect(await reportOf(outbox)).toMatchObject({ read: { rows: 0, users: 0 } });
      expect(await reportOf(await survivor(place))).toMatchObject({ read: { rows: 0 } });
    });

    it("does not fail because of another delivery's at the same moment", async () => {
      const { outbox } = await begun();
      await outbox.intake.begin(OTHER);
      const rejects = [{ row: 1.5, reason: "no" }];
      const broken = outbox.intake.append(OTHER, { collected: collectedOf(), read: readOf({}), rejects });
      const [failed, stored] = await Promise.allSettled([broken, append(outbox, D, [ANN])]);
      expect([failed.status, stored.status]).toEqual(["rejected", "fulfilled"]);
      expect(await waiting(outbox)).toEqual(["ann"]);
    });

    it("puts nothing into the log of a cancelled delivery, and says so", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [ANN]);
      await outbox.records.cancel("d", 5);
      const appended = await append(outbox, D, [BOB]);
      expect(appended).toMatchObject({ batches: 0, isCancelled: true, read: { rows: 2, users: 1 } });
      expect(await waiting(outbox)).toEqual(["ann"]);
    });

    it("of a dry run counts what would be sent, keeps the first as a preview, and puts nothing into the log", async () => {
      const { outbox } = await begun();
      const dry = newDelivery("dry", { dryRun: true });
      await deliverUsers(outbox, dry, [ANN, BOB]);
      expect(await outbox.records.preview("dry")).toEqual([JSON.stringify(ANN)]);
      expect(await outbox.records.get("dry")).toMatchObject({
        outcome: "dry run",
        report: { read: { users: 2 } },
      });
      expect(await waiting(outbox)).toEqual([]);
    });

    it("leaves out what has not changed, and nothing that something before it in the log may change", async () => {
      const { outbox, clock } = await begun();
      const column = { name: "Visits", label: "Visits", key: "Visits", isIdentity: false, tell: false };
      const changed = async (id: string, users: UserRecord[]) => {
        const delivery = newDelivery(id, { sync: "changed" });
        await outbox.intake.begin(delivery);
        const read = readOf({ columns: [column] });
        const { read: after } = await outbox.intake.append(delivery, {
          ...{ collected: collectedOf(users), read, rejects: [], end: WHOLE },
        });
        return [after.users, after.unchanged];
      };
      expect(await changed("one", [ANN, BOB])).toEqual([2, 0]);
      expect(await changed("two", [ANN])).toEqual([1, 0]);
      for (const batch of await inLog(outbox)) await done(outbox, batch);
      clock.advance(1000);
      expect(await changed("three", [ANN, user("bob", 2), CAT])).toEqual([2, 1]);
      // Both at the same moment: the second has to see what the first puts in, and either may be the first.
      const [four, five] = await Promise.all([changed("four", [user("ann", 3)]), changed("five", [ANN])]);
      expect(four).toEqual([1, 0]);
      expect([
        [1, 0],
        [0, 1],
      ]).toContainEqual(five);
      expect(await changed("six", [ANN])).toEqual([1, 0]);
    });
  });

  describe("a delivery", () => {
    it("is finished by its last batch, once its reading has ended", async () => {
      const { outbox, place, clock } = await begun();
      const finished: string[] = [];
      outbox.changes.listen("finished", ({ id }) => finished.push(id), new AbortController().signal);
      await append(outbox, D, [ANN]);
      const [first] = await inLog(outbox);
      await done(outbox, first);
      expect(finished).toEqual([]);
      await append(outbox, D, [BOB], WHOLE);
      const [second] = await inLog(outbox);
      expect(finished).toEqual([]);
      await done(outbox, second);
      expect(await outbox.records.get("d")).toMatchObject({ outcome: "delivered", report: { sent: 2 } });
      expect(finished).toEqual(["d"]);
      clock.advance(1000);
      const left = await survivor(place);
      expect(await left.records.unfinished()).toEqual([]);
      expect(await left.records.get("d")).toMatchObject({ outcome: "delivered", report: { sent: 2 } });
    });

    it("is finished by its last checkpoint, when nothing is left to send", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [], WHOLE);
      expect(await outbox.records.get("d")).toMatchObject({ outcome: "delivered" });
    });

    it("whose last checkpoint can't be stored is known to have ended at once, and on the disk soon", async () => {
      const { outbox, place, clock } = await begun();
      void outbox.intake.endLater("d", { ...WHOLE, problem: "the disk is full" });
      expect(await outbox.records.get("d")).toMatchObject({ outcome: "failed" });
      clock.advance(1000);
      expect(await (await survivor(place)).records.get("d")).toMatchObject({
        outcome: "failed",
        report: { end: { problem: "the disk is full" } },
      });
    });

    it("remembers that Looker was told success while something was left to do", async () => {
      const { outbox, place } = await begun();
      await append(outbox, D, [ANN], WHOLE);
      expect(await outbox.intake.told("d")).toBe(true);
      expect(await reportOf(await survivor(place))).toMatchObject({ toldSuccess: true });
      const [first] = await inLog(outbox);
      await done(outbox, first);
      expect(await outbox.intake.told("d")).toBe(false);
    });

    it("names the first that Heap refused, also once it is finished", async () => {
      const { outbox, place, clock } = await begun();
      await append(outbox, D, [ANN], WHOLE);
      const [first] = await inLog(outbox);
      await done(outbox, first, { refusals: [{ row: 1, reason: "Heap answered 400", record: "{}" }] });
      clock.advance(1000);
      for (const each of [outbox, await survivor(place)])
        expect((await reportOf(each)).refusals).toEqual([{ row: 1, reason: "Heap answered 400" }]);
    });

    it("shares how Heap takes what is for its environment, until it is finished", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [ANN], WHOLE);
      const lease = await leaseOf(outbox);
      void outbox.logs.setHealth(lease, { parked: 404 });
      expect(await outbox.records.get("d")).toMatchObject({
        outcome: "parked",
        report: { health: { parked: 404 } },
      });
      await outbox.intake.begin(OTHER);
      expect(await outbox.records.get("other")).toMatchObject({ outcome: "parked" });
      void outbox.logs.setHealth(lease, {});
      expect(await outbox.records.get("d")).toMatchObject({ outcome: "in progress", report: { health: {} } });
    });

    it("is found by what was noted of it, whoever noted it", async () => {
      const { outbox, clock } = await begun();
      const event = { text: "It was read.", times: 1, lastAt: 2 };
      const pace = { startedAt: 0, stepMs: 1000, users: [], answers: [], answerMs: [] };
      void outbox.records.note("d", "reading", { events: [{ ...event, at: 2 }], pace });
      void outbox.records.note("d", "sending", { events: [{ ...event, text: "Sent.", at: 1 }], pace });
      clock.advance(1000);
      const { trace } = (await outbox.records.get("d")) ?? {};
      expect(trace?.events.map(({ text }) => text)).toEqual(["Sent.", "It was read."]);
    });
  });

  describe("an environment", () => {
    /** Begins one more delivery. @returns whether its environment is new to it */
    async function isNewTo(outbox: Outbox, id: string, environment = ENVIRONMENT): Promise<boolean> {
      await outbox.intake.begin(newDelivery(id, {}, { environment }));
      return (await reportOf(outbox, id)).isNewEnvironment === true;
    }

    /** Delivers `d` whole. */
    async function delivered({ outbox, clock }: OpenedPlace): Promise<void> {
      await append(outbox, D, [ANN], WHOLE);
      const [first] = await inLog(outbox);
      await done(outbox, first);
      clock.advance(1000);
      // Whoever asks is told what is true now: by then it is stored.
      expect(await reportOf(outbox)).toMatchObject({ sent: 1 });
    }

    it("is new to what begins before something was delivered to it, and to nothing after that", async () => {
      const { place, ...opened } = await begun();
      const { outbox } = opened;
      expect(await isNewTo(outbox, "other")).toBe(true);
      await delivered(opened);
      expect(await isNewTo(outbox, "later")).toBe(false);
      const left = await survivor(place);
      for (const each of [outbox, left]) {
        const reports = await Promise.all(["d", "other", "later"].map((id) => reportOf(each, id)));
        expect(reports.map(({ isNewEnvironment }) => isNewEnvironment)).toEqual([true, true, undefined]);
      }
      expect(await isNewTo(left, "after the restart")).toBe(false);
    });

    it("is not new again when its deliveries have been deleted", async () => {
      const opened = await begun();
      await delivered(opened);
      const { outbox, clock } = opened;
      await outbox.upkeep.forget(clock.now() + 1);
      expect(await outbox.records.get("d")).toBeUndefined();
      expect(await isNewTo(outbox, "later")).toBe(false);
    });

    it("stays new after what was sent nowhere, cancelled, or not whole", async () => {
      const { outbox, clock } = await begun();
      await append(outbox, D, [ANN], { ...WHOLE, problem: "it breaks off" });
      const [first] = await inLog(outbox);
      await done(outbox, first);
      await deliverUsers(outbox, newDelivery("empty"), []);
      await deliverUsers(outbox, newDelivery("dry", { dryRun: true }), [ANN]);
      await deliverUsers(outbox, OTHER, [BOB]);
      await outbox.records.cancel("other", 5);
      const [last] = await inLog(outbox);
      await done(outbox, last);
      clock.advance(1000);
      expect(await outbox.records.unfinished()).toEqual([]);
      expect(await isNewTo(outbox, "later")).toBe(true);
    });

    it("is not new when all that Heap had refused was sent again", async () => {
      const { outbox, clock } = await begun();
      await append(outbox, D, [ANN], WHOLE);
      const refusal = { row: 1, identity: ANN.identity, reason: "no", record: JSON.stringify(ANN) };
      const [first] = await inLog(outbox);
      await done(outbox, first, { refusals: [refusal] });
      clock.advance(1000);
      expect(await isNewTo(outbox, "other")).toBe(true);
      await outbox.records.sendAgain("d");
      const [again] = await inLog(outbox);
      await done(outbox, again);
      clock.advance(1000);
      expect(await reportOf(outbox)).toMatchObject({ sent: 1 });
      expect(await isNewTo(outbox, "later")).toBe(false);
    });

    it("is another one where its id or its host is another", async () => {
      const opened = await begun();
      await delivered(opened);
      expect(await isNewTo(opened.outbox, "elsewhere", { ...ENVIRONMENT, host: "http://eu.heap" })).toBe(
        true,
      );
      expect(await isNewTo(opened.outbox, "beside", { ...ENVIRONMENT, id: "456" })).toBe(true);
    });
  });

  describe("a cancelled delivery", () => {
    it("keeps its batches until they are dropped, marked as cancelled", async () => {
      const { outbox, place } = await begun();
      const cancelled: string[] = [];
      outbox.changes.listen("cancelled", ({ id }) => cancelled.push(id), new AbortController().signal);
      await append(outbox, D, [ANN, BOB, CAT], WHOLE);
      expect(await outbox.records.cancel("d", 5)).toBe(true);
      expect(cancelled).toEqual(["d"]);
      for (const each of [outbox, await survivor(place)]) {
        expect((await inLog(each)).map(({ isCancelled }) => isCancelled)).toEqual([true, true, true]);
        expect(await reportOf(each)).toMatchObject({ cancelledAt: 5 });
      }
    });

    it("is finished when what is behind a position was dropped, and the rest is done", async () => {
      const { outbox, place, clock } = await begun();
      await append(outbox, D, [ANN, BOB, CAT], WHOLE);
      await outbox.records.cancel("d", 5);
      const [first, second] = await inLog(outbox);
      await done(outbox, first);
      void outbox.logs.drop(await leaseOf(outbox), "d", second?.position ?? 0);
      await done(outbox, second, { dropped: [2] });
      clock.advance(1000);
      for (const each of [outbox, await survivor(place)]) {
        expect(await each.records.get("d")).toMatchObject({
          outcome: "cancelled",
          report: { sent: 1, dropped: 2 },
        });
      }
    });

    it("counts a batch once that is dropped twice", async () => {
      const { outbox, place, clock } = await begun();
      await append(outbox, D, [ANN, BOB], WHOLE);
      await outbox.records.cancel("d", 5);
      const [first] = await inLog(outbox);
      void outbox.logs.drop(await leaseOf(outbox), "d", 0);
      await done(outbox, first, { dropped: [1] });
      clock.advance(1000);
      for (const each of [outbox, await survivor(place)])
        expect(await each.records.get("d")).toMatchObject({ outcome: "cancelled", report: { dropped: 2 } });
    });

    it("can't be cancelled when it is finished, or was never begun", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [], WHOLE);
      expect(await outbox.records.cancel("d", 5)).toBe(false);
      expect(await outbox.records.cancel("unknown", 5)).toBe(false);
    });
  });

  describe("after a restart", () => {
    it("what was sent and refused of a delivery is known, and what is left", async () => {
      const { outbox, place } = await begun();
      await append(outbox, D, [ANN, BOB, CAT]);
      const [one, two] = await inLog(outbox);
      await done(outbox, one);
      await done(outbox, two, {
        refusals: [{ row: 2, identity: BOB.identity, reason: "no", record: "{}" }],
      });
      await outbox.upkeep.close();
      const again = (await place.open()).outbox;
      expect(await again.records.unfinished()).toMatchObject([
        { id: "d", report: { read: { users: 3 }, sent: 1, refused: 1 } },
      ]);
      expect(await waiting(again)).toEqual(["cat"]);
    });

    it("a batch comes again whose end had not reached the disk", async () => {
      const { outbox, place, clock } = await begun();
      await append(outbox, D, [ANN]);
      const [first] = await inLog(outbox);
      await done(outbox, first);
      const killedBefore = await place.killed();
      clock.advance(1000);
      const killedAfter = await place.killed();
      expect(await waiting((await killedBefore.open()).outbox)).toEqual(["ann"]);
      expect(await waiting((await killedAfter.open()).outbox)).toEqual([]);
    });

    it("what is unfinished is there, the oldest first, with how to have its result again", async () => {
      const { outbox, place, clock } = await begun();
      await outbox.intake.begin(newDelivery("older", {}, { startedAt: 1, source: "again" }));
      await deliverUsers(outbox, newDelivery("finished"), []);
      clock.advance(1000);
      const left = await survivor(place);
      expect(await left.records.unfinished()).toMatchObject([{ id: "older", source: "again" }, { id: "d" }]);
    });
  });

  describe("recorded sends", () => {
    const hashes = Int32Array.of(identityHashOf("user", "ann"), -1, 7);
    /** More than the test takes: of PostgreSQL it is the real clock. */
    const SOME_MS = 8_000;

    it("are on the disk, and those from before a time are left out", async () => {
      const { outbox, place, clock } = await begun();
      const lease = await leaseOf(outbox);
      await outbox.logs.recordSend(lease, Int32Array.of(5));
      await place.elapse(clock, SOME_MS);
      await outbox.logs.recordSend(lease, hashes);
      await outbox.logs.recordSend(
        await leaseOf(outbox, { id: "456", host: "http://heap" }),
        Int32Array.of(6),
      );
      const left = await place.killed();
      const again = await left.open();
      await left.elapse(again.clock, SOME_MS);
      const taken = await leaseOf(again.outbox);
      expect(await again.outbox.logs.recordedSends(taken, 0.5 * SOME_MS)).toEqual([hashes]);
      expect(await again.outbox.logs.recordedSends(taken, 1.5 * SOME_MS)).toHaveLength(2);
    });
  });

  describe("sending again", () => {
    const refusal = { row: 1, identity: ANN.identity, reason: "no", record: JSON.stringify(ANN) };

    it("puts what Heap refused at the end of the log, in the same transaction as the counts", async () => {
      const { outbox, place } = await begun();
      await append(outbox, D, [ANN, BOB], WHOLE);
      const [ann, bob] = await inLog(outbox);
      await done(outbox, ann, { refusals: [refusal] });
      await done(outbox, bob);
      await outbox.intake.begin(OTHER);
      await append(outbox, OTHER, [CAT]);
      expect(await outbox.records.sendAgain("d")).toMatchObject({ report: { sent: 1, refused: 0 } });
      expect(await outbox.records.get("d")).toMatchObject({ outcome: "in progress" });
      const left = await survivor(place);
      expect(await waiting(left)).toEqual(["cat", "ann"]);
      expect(await reportOf(left)).toMatchObject({ sent: 1, refused: 0 });
      const [, again] = await inLog(outbox);
      await done(outbox, again);
      expect(await outbox.records.get("d")).toMatchObject({ outcome: "delivered", report: { sent: 2 } });
    });

    it("puts all that Heap refused into the log, whatever bytes it has, an identity that came twice too", async () => {
      const { outbox } = await begun();
      const refused = [
        { identity: "zoë@example.com", properties: { Plan: "日本 💥" } },
        { identity: "bob", properties: { Plan: "Free" } },
        { identity: "zoë@example.com", properties: { Plan: "Pro" } },
      ];
      const refusals = refused.map((each, at) => ({
        row: at + 1,
        identity: each.identity,
        reason: "no",
        record: JSON.stringify(each),
      }));
      await outbox.intake.append(D, {
        collected: collectedOf([ANN, BOB, CAT]),
        read: readOf({ rows: 3 }),
        rejects: [],
        end: WHOLE,
      });
      const [first] = await inLog(outbox);
      await done(outbox, first, { refusals });
      expect(await outbox.records.sendAgain("d")).toMatchObject({ report: { refused: 0 } });
      expect(await usersInLog(outbox)).toEqual([refused.slice(0, 2), refused.slice(2)]);
      expect((await inLog(outbox)).map(({ rows }) => [...rows])).toEqual([[1, 2], [3]]);
    });

    it("has nothing to do for a delivery under way, one without refusals, or none at all", async () => {
      const { outbox } = await begun();
      await append(outbox, D, [ANN, BOB]);
      const [first] = await inLog(outbox);
      await done(outbox, first, { refusals: [refusal] });
      expect(await outbox.records.sendAgain("d")).toBeUndefined();
      await deliverUsers(outbox, OTHER, []);
      expect(await outbox.records.sendAgain("other")).toBeUndefined();
      expect(await outbox.records.sendAgain("unknown")).toBeUndefined();
    });
  });

  describe("the budget", () => {
    const big = { identity: "big@example.com", properties: { Text: "x".repeat(1_500_000) } };

    it("says when so much waits for Heap that nothing new is taken, after a restart too", async () => {
      const place = newPlace();
      const { outbox } = await place.open({ maxBytes: 1_000_000 });
      await outbox.intake.begin(D);
      expect(await outbox.intake.problem()).toBeUndefined();
      await append(outbox, D, [big]);
      expect(await outbox.intake.problem()).toBe("the action hub's outbox is full (2 MB wait for Heap)");
      await outbox.upkeep.close();
      const again = await place.open({ maxBytes: 1_000_000 });
      expect(await again.outbox.intake.problem()).toContain("outbox is full");
    });

    it("lets the reading go on as soon as there is room", async () => {
      const { outbox, clock } = await newPlace().open({ maxBytes: 1_000_000 });
      await outbox.intake.begin(D);
      await append(outbox, D, [big]);
      let goesOn = false;
      const room = outbox.intake.whenRoom(new AbortController().signal).then(() => {
        goesOn = true;
      });
      clock.advance(10_000);
      await Promise.resolve();
      expect(goesOn).toBe(false);
      const [first] = await inLog(outbox);
      await done(outbox, first);
      clock.advance(1000);
      await room;
      expect(await outbox.intake.problem()).toBeUndefined();
    });

    it("lets whoever waits for room go when nobody wants it any more", async () => {
      const { outbox } = await newPlace().open({ maxBytes: 1 });
      await outbox.intake.begin(D);
      await append(outbox, D, [ANN]);
      const wanted = new AbortController();
      const room = outbox.intake.whenRoom(wanted.signal);
      wanted.abort();
      await room;
    });

    it("tells what waits, and since when", async () => {
      const { outbox, clock } = await begun();
      await append(outbox, D, [ANN]);
      clock.advance(3000);
      const bytes = (await inLog(outbox))[0]?.bytes;
      expect(await outbox.upkeep.figures()).toMatchObject({
        waiting: [{ environment: ENVIRONMENT, batches: 1, bytes, oldestMs: 3000 }],
      });
    });
  });
}
