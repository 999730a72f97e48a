/** Rows become records and records batches: merged where a user comes again, within Heap's limits, in their order. */

import { BatchWriter } from "../../src/batches/batch-writer";
import { batchesOf as batchesFrom, recordsOf } from "../../src/batches/build-batches";
import { identityHashOf } from "../../src/batches/identity-hash";
import { MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../../src/heap";
import { batchesOf, ENVIRONMENT } from "../helpers/new-delivery";
import { type UserRecord, updateFrom, updateOf, usersOf } from "../helpers/updates";

const OF = { delivery: "delivery-1", environment: ENVIRONMENT, kind: "user" } as const;

function usersNamed(count: number, properties: UserRecord["properties"]): UserRecord[] {
  return Array.from({ length: count }, (_, at) => ({ identity: `user-${at}`, properties }));
}

describe("a user that comes again", () => {
  it("becomes one record: later cells win, cells that only the earlier row has stay", () => {
    const [batch] = batchesOf("delivery-1", [
      { identity: "ann", properties: { Plan: "Free", City: "Rome" } },
      { identity: "ann", properties: { Plan: "Team", Orders: 0 } },
      { identity: "ann", properties: { Orders: -3 } },
    ]);
    expect(usersOf(batch!.body)).toEqual([
      { identity: "ann", properties: { Plan: "Team", City: "Rome", Orders: -3 } },
    ]);
    expect([...batch!.rows]).toEqual([3]);
  });

  it("is told apart from one whose name differs by case or space only", () => {
    const records = ["ann", "Ann", "ann "].map((identity) => ({ identity, properties: { Plan: "Free" } }));
    const [batch] = batchesOf("delivery-1", records);
    expect(usersOf(batch!.body)).toHaveLength(3);
  });

  it("keeps every digit and escape of its values as they came", () => {
    const writer = new BatchWriter(OF);
    writer.add(updateFrom("ann", '"Id No":12345678901234567890,"City":"S\\u00e3o\\/SP"'));
    writer.add(updateFrom("ann", '"Total":1.10'));
    const [batch] = batchesFrom(writer.takeAll(), OF);
    expect(batch!.body.toString()).toBe(
      '{"app_id":"123","users":[{"identity":"ann","properties":' +
        '{"Total":1.10,"Id No":12345678901234567890,"City":"S\\u00e3o\\/SP"}}]}',
    );
  });

  it("takes no more memory for coming 100,000 times", () => {
    const writer = new BatchWriter(OF);
    const filler = "x".repeat(200);
    for (let row = 1; row <= 100_000; row++) {
      writer.add(updateOf({ identity: "ann", properties: { Row: row, Filler: filler } }, row));
    }
    expect(writer).toMatchObject({ users: 1 });
    expect(writer.bytes).toBeLessThan(1000);
    const { full, open } = writer.takeAll();
    const [record, ...more] = [...full, ...open].flatMap(recordsOf);
    expect(more).toEqual([]);
    expect(JSON.parse(record!.toString())).toEqual({
      identity: "ann",
      properties: { Row: 100_000, Filler: filler },
    });
    // The rows are 25 MB, and all of them would fit into the buffer behind the record had none been dropped.
    expect(record!.buffer.byteLength).toBeLessThan(2_000_000);
  });
});

describe("a batch", () => {
  it("has the hash and the row of each of its records", () => {
    const [batch] = batchesOf("delivery-1", usersNamed(20, { Plan: "Free" }));
    const identities = usersOf(batch!.body).map(({ identity }) => identity);
    expect([...batch!.hashes]).toEqual(identities.map((identity) => identityHashOf("user", identity)));
    expect([...batch!.rows]).toEqual(identities.map((identity) => Number(identity.slice(5)) + 1));
  });

  it("has the words for accounts where rows are accounts", () => {
    const of = { ...OF, kind: "account" } as const;
    const writer = new BatchWriter(of);
    writer.add(updateOf({ identity: "acme", properties: { Plan: "Team" } }));
    const [batch] = batchesFrom(writer.takeAll(), of);
    expect(JSON.parse(batch!.body.toString())).toEqual({
      app_id: "123",
      accounts: [{ account_id: "acme", properties: { Plan: "Team" } }],
    });
  });

  it("has 1000 users at most, and is full while there are enough", () => {
    const batches = batchesOf("delivery-1", usersNamed(3500, { Plan: "Free" }));
    expect(batches.map(({ hashes }) => hashes.length)).toEqual([1000, 1000, 1000, 500]);
    expect(batches.map(({ body }) => usersOf(body).length)).toEqual([1000, 1000, 1000, 500]);
    expect(MAX_RECORDS_PER_REQUEST).toBe(1000);
  });

  it("has 1 MB at most, and is at least half full while there is enough", () => {
    const batches = batchesOf("delivery-1", usersNamed(900, { Filler: "x".repeat(5000) }));
    const sizes = batches.map(({ body }) => body.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_BODY_BYTES);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(MAX_BODY_BYTES / 2);
    expect(batches.flatMap(({ body }) => usersOf(body))).toHaveLength(900);
  });

  it("has one user alone whose properties are more than 1 MB", () => {
    const big: UserRecord = { identity: "big", properties: { Filler: "x".repeat(1_200_000) } };
    const small = usersNamed(50, { Plan: "Free" });
    const batches = batchesOf("delivery-1", [...small, big]);
    const withBig = batches.filter(({ body }) => usersOf(body).some(({ identity }) => identity === "big"));
    expect(withBig.map(({ hashes }) => hashes.length)).toEqual([1]);
    expect(batches.flatMap(({ body }) => usersOf(body))).toHaveLength(51);
  });

  it("that a user fills to 1 MB row by row is followed by another, in order", () => {
    const rows = Array.from({ length: 30 }, (_, at) => ({
      identity: "ann",
      properties: { [`Key ${at % 20}`]: `${at} ${"x".repeat(100_000)}` },
    }));
    const batches = batchesOf("delivery-1", rows);
    expect(batches.length).toBeGreaterThan(1);
    for (const { body } of batches) expect(body.length).toBeLessThanOrEqual(MAX_BODY_BYTES);
    const held = batches.map(({ body }) => usersOf(body)[0]!.properties);
    expect(Object.assign({}, ...held)).toEqual(
      Object.assign({}, ...rows.map(({ properties }) => properties)),
    );
  });
});

describe("what waits to be taken", () => {
  it("is counted in users and in bytes, and gone when it is taken", () => {
    const writer = new BatchWriter(OF);
    expect(writer).toMatchObject({ users: 0, bytes: 0 });
    for (const record of usersNamed(3000, { Plan: "Free" })) writer.add(updateOf(record));
    expect(writer.users).toBe(3000);
    const bytes = writer.bytes;
    const { full, open } = writer.takeAll();
    const records = [...full, ...open].flatMap(recordsOf);
    expect(bytes).toBe(records.reduce((sum, { length }) => sum + length + 1, 0));
    expect(writer).toMatchObject({ users: 0, bytes: 0 });
    expect(writer.takeAll()).toEqual({ full: [], open: [] });
  });

  it("is never more than a few megabytes that rows can still be merged into", () => {
    const writer = new BatchWriter(OF);
    const filler = "x".repeat(20_000);
    for (let row = 0; row < 600; row++) {
      writer.add(updateOf({ identity: `user-${row}`, properties: { Filler: filler } }));
    }
    // Every open record would take the row; a sealed one is there twice.
    const before = writer.users;
    for (let row = 0; row < 600; row++) {
      writer.add(updateOf({ identity: `user-${row}`, properties: { Filler: filler } }));
    }
    expect(writer.users - before).toBeGreaterThan(300);
  });
});
