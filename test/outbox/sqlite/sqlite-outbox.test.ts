/** The outbox in SQLite keeps what it was given, in order, until it is done, and nothing longer. */

import { identityHashOf } from "../../../src/batches/identity-hash";
import { OutboxError } from "../../../src/outbox";
import type { Outbox } from "../../../src/outbox/outbox";
import { copyAsKilled } from "../../helpers/folder-bytes";
import { outboxes } from "../../helpers/open-outbox";
import { batchesOf, batchOf, LOG, storedDelivery } from "../../helpers/stored-delivery";
import { tempFolders } from "../../helpers/temp-folders";
import { type UserRecord, usersOf } from "../../helpers/updates";

const newFolder = tempFolders();
const open = outboxes();

function user(name: string, visits = 1): UserRecord {
  return { identity: `${name}@example.com`, properties: { Visits: visits } };
}

const ANN = user("ann");
const BOB = user("bob");
const CAT = user("cat");

/** Commits users of a delivery, each in a batch of its own. */
async function append(outbox: Outbox, delivery: string, ...users: UserRecord[]): Promise<void> {
  const batches = users.map((each) => batchOf(delivery, [each]));
  await outbox.append(delivery, storedDelivery(delivery, { users: users.length }).reading, batches, []);
}

/** Who is in the log, batch by batch. */
async function waiting(outbox: Outbox, after = 0, limit = 100): Promise<string[]> {
  const batches = await outbox.read(LOG, after, limit);
  const bodies = await Promise.all(batches.map(({ position }) => outbox.body(position)));
  return bodies.map((body) =>
    usersOf(body)
      .map(({ identity }) => identity.split("@")[0])
      .join("+"),
  );
}

async function first(outbox: Outbox) {
  const [batch] = await outbox.read(LOG, 0, 1);
  if (!batch) throw new Error("nothing is in the log");
  return batch;
}

/** An outbox with one delivery, `d`, that has begun. */
async function begun(folder = newFolder()) {
  const opened = open(folder);
  await opened.outbox.begin(storedDelivery("d"));
  return { folder, ...opened };
}

describe("the log", () => {
  it("gives batches in the order they were put in, whichever delivery they are of", async () => {
    const { outbox } = await begun();
    await outbox.begin(storedDelivery("other"));
    await append(outbox, "d", ANN);
    await append(outbox, "other", BOB);
    await append(outbox, "d", CAT, ANN);
    expect(await waiting(outbox)).toEqual(["ann", "bob", "cat", "ann"]);
  });

  it("is read on from any position, so many at a time", async () => {
    const { outbox } = await begun();
    await append(outbox, "d", ANN, BOB, CAT);
    const { position } = await first(outbox);
    expect(await waiting(outbox, position, 1)).toEqual(["bob"]);
  });

  it("gives a batch back as it was put in", async () => {
    const { outbox } = await begun();
    const batch = batchOf("d", [ANN, BOB]);
    await outbox.append("d", storedDelivery("d").reading, [batch], []);
    const { position, bytes, ...head } = await first(outbox);
    expect({ ...head, body: await outbox.body(position) }).toEqual(batch);
    expect(bytes).toBe(batch.body.length);
  });

  it("keeps environments apart", async () => {
    const { outbox } = await begun();
    await append(outbox, "d", ANN);
    expect(await outbox.read("http://heap/456", 0, 100)).toEqual([]);
  });

  it("forgets a batch that is done, and never uses its position again", async () => {
    const { outbox, folder } = await begun();
    await append(outbox, "d", ANN);
    const done = await first(outbox);
    outbox.done(done, { sent: 1, refusals: [] });
    await outbox.close();
    const again = open(folder).outbox;
    expect(await waiting(again)).toEqual([]);
    await append(again, "d", BOB);
    expect((await first(again)).position).toBeGreaterThan(done.position);
  });
});

describe("a checkpoint", () => {
  it("is on the disk when it resolves", async () => {
    const { outbox, folder } = await begun();
    await append(outbox, "d", ANN, BOB);
    const survivor = open(copyAsKilled(folder, newFolder())).outbox;
    expect(await waiting(survivor)).toEqual(["ann", "bob"]);
    expect(await survivor.unfinished()).toEqual([storedDelivery("d", { users: 2 }, { batchesLeft: 2 })]);
  });

  it("is stored whole or not at all", async () => {
    const { outbox } = await begun();
    const { reading } = storedDelivery("d", { rows: 7 });
    const broken = { row: 1.5, reason: "a row that no table takes" };
    const appended = outbox.append("d", reading, [batchOf("d", [ANN])], [broken]);
    await expect(appended).rejects.toBeInstanceOf(OutboxError);
    expect(await waiting(outbox)).toEqual([]);
    expect(await outbox.unfinished()).toEqual([storedDelivery("d")]);
  });

  it("does not fail because of another delivery's at the same moment", async () => {
    const { outbox } = await begun();
    await outbox.begin(storedDelivery("other"));
    const broken = outbox.append("other", storedDelivery("other").reading, [], [{ row: 1.5, reason: "no" }]);
    const [failed, stored] = await Promise.allSettled([broken, append(outbox, "d", ANN)]);
    expect([failed.status, stored.status]).toEqual(["rejected", "fulfilled"]);
    expect(await waiting(outbox)).toEqual(["ann"]);
  });
});

describe("after a restart", () => {
  it("knows what was sent and refused of a delivery, and what is left", async () => {
    const { outbox, folder } = await begun();
    await append(outbox, "d", ANN, BOB, CAT);
    const [one, two] = await outbox.read(LOG, 0, 2);
    outbox.done(one!, { sent: 1, refusals: [] });
    outbox.done(two!, {
      sent: 0,
      refusals: [{ row: 2, identity: BOB.identity, reason: "no", record: "{}" }],
    });
    await outbox.close();
    const expected = storedDelivery("d", { users: 3 }, { sent: 1, refused: 1, batchesLeft: 1 });
    expect(await open(folder).outbox.unfinished()).toEqual([expected]);
  });

  it("gives a batch again whose end had not reached the disk", async () => {
    const { outbox, folder, clock } = await begun();
    await append(outbox, "d", ANN);
    outbox.done(await first(outbox), { sent: 1, refusals: [] });
    const killedBefore = copyAsKilled(folder, newFolder());
    clock.advance(1000);
    const killedAfter = copyAsKilled(folder, newFolder());
    expect(await waiting(open(killedBefore).outbox)).toEqual(["ann"]);
    expect(await waiting(open(killedAfter).outbox)).toEqual([]);
  });

  it("takes up no delivery that is finished, and the oldest first", async () => {
    const { outbox, folder } = await begun();
    await outbox.begin(storedDelivery("older", {}, { startedAt: 1 }));
    await outbox.begin(storedDelivery("finished"));
    await outbox.finish("finished", storedDelivery("finished").reading, 5);
    const survivor = open(copyAsKilled(folder, newFolder())).outbox;
    expect((await survivor.unfinished()).map(({ id }) => id)).toEqual(["older", "d"]);
  });

  it("has a finished delivery's last batch done as well", async () => {
    const { outbox, folder } = await begun();
    await append(outbox, "d", ANN);
    outbox.done(await first(outbox), { sent: 1, refusals: [] });
    await outbox.finish("d", storedDelivery("d").reading, 5);
    expect(await waiting(open(copyAsKilled(folder, newFolder())).outbox)).toEqual([]);
  });
});

describe("recorded sends", () => {
  const hashes = Int32Array.of(identityHashOf("user", "ann"), -1, 7);

  it("are on the disk, and those from before a time are forgotten", async () => {
    const { outbox, folder } = await begun();
    await outbox.recordSend(LOG, 1000, Int32Array.of(5));
    await outbox.recordSend(LOG, 2000, hashes);
    await outbox.recordSend("http://heap/456", 2000, Int32Array.of(6));
    const survivor = open(copyAsKilled(folder, newFolder())).outbox;
    expect(await survivor.recordedSends(LOG, 2000)).toEqual({ hashes: [hashes], hadHub: true });
  });

  it("say when there was no hub before", async () => {
    const { outbox } = await begun();
    expect(await outbox.recordedSends(LOG, 0)).toEqual({ hashes: [], hadHub: false });
  });
});

describe("sending again", () => {
  const refusal = {
    row: 1,
    identity: ANN.identity,
    reason: "Heap refused it",
    record: JSON.stringify(ANN),
  };

  async function refused(...users: UserRecord[]) {
    const opened = await begun();
    const { outbox } = opened;
    const reading = storedDelivery("d", { users: users.length }).reading;
    await outbox.append("d", reading, batchesOf("d", users), [{ row: 9, reason: "never sent" }]);
    outbox.done(await first(outbox), { sent: users.length - 1, refusals: [refusal] });
    return opened;
  }

  it("puts what Heap refused at the end of the log, in the same transaction as the counts", async () => {
    const { outbox, folder } = await refused(ANN, BOB);
    await outbox.finish("d", storedDelivery("d", { users: 2 }).reading, 5);
    await outbox.begin(storedDelivery("other"));
    await append(outbox, "other", CAT);
    const reopened = storedDelivery("d", { users: 2 }, { sent: 1, refused: 0, batchesLeft: 1 });
    expect(await outbox.sendAgain("d")).toEqual(reopened);
    const survivor = open(copyAsKilled(folder, newFolder())).outbox;
    expect(await waiting(survivor)).toEqual(["cat", "ann"]);
    expect(await survivor.unfinished()).toContainEqual(reopened);
  });

  it("puts all that Heap refused into the log, whatever bytes it has, an identity that came twice too", async () => {
    const { outbox } = await begun();
    const refused = [
      { identity: "zoë@example.com", properties: { Plan: "日本 💥" } },
      { identity: "bob", properties: { Plan: "Free" } },
      { identity: "zoë@example.com", properties: { Plan: "Pro" } },
    ];
    const refusals = refused.map((user, at) => ({
      row: at + 1,
      identity: user.identity,
      reason: "no",
      record: JSON.stringify(user),
    }));
    await append(outbox, "d", ANN);
    outbox.done(await first(outbox), { sent: 0, refusals });
    await outbox.finish("d", storedDelivery("d", { users: 3 }).reading, 5);
    expect(await outbox.sendAgain("d")).toMatchObject({ refused: 0, batchesLeft: 2 });
    const batches = await outbox.read(LOG, 0, 10);
    const bodies = await Promise.all(batches.map(({ position }) => outbox.body(position)));
    expect(bodies.map(usersOf)).toEqual([refused.slice(0, 2), refused.slice(2)]);
    expect(batches.map(({ rows }) => [...rows])).toEqual([[1, 2], [3]]);
  });

  it("has nothing to do for a delivery under way, one without refusals, or none at all", async () => {
    const { outbox } = await refused(ANN);
    expect(await outbox.sendAgain("d")).toBeUndefined();
    await outbox.begin(storedDelivery("other"));
    await outbox.finish("other", storedDelivery("other").reading, 5);
    expect(await outbox.sendAgain("other")).toBeUndefined();
    expect(await outbox.sendAgain("unknown")).toBeUndefined();
  });
});

describe("the budget", () => {
  const big = { identity: "big@example.com", properties: { Text: "x".repeat(1_500_000) } };

  it("says when so much waits for Heap that nothing new is taken, after a restart too", async () => {
    const folder = newFolder();
    const { outbox } = open(folder, 1_000_000);
    await outbox.begin(storedDelivery("d"));
    expect(outbox.problem()).toBeUndefined();
    expect(outbox.whenRoom()).toBeUndefined();
    await append(outbox, "d", big);
    expect(outbox.problem()).toBe("the action hub's outbox is full (2 MB wait for Heap)");
    await outbox.close();
    expect(open(folder, 1_000_000).outbox.problem()).toContain("outbox is full");
  });

  it("lets the reading go on as soon as there is room", async () => {
    const { outbox, clock } = open(newFolder(), 1_000_000);
    await outbox.begin(storedDelivery("d"));
    await append(outbox, "d", big);
    let goesOn = false;
    const room = outbox.whenRoom()?.then(() => {
      goesOn = true;
    });
    clock.advance(10_000);
    await Promise.resolve();
    expect(goesOn).toBe(false);
    outbox.done(await first(outbox), { sent: 1, refusals: [] });
    clock.advance(1000);
    await room;
    expect(outbox.problem()).toBeUndefined();
  });
});
