/** A batch on its way out falls into parts, and no record is lost or doubled on the way. */

import { type Part, refusalOf, WaitingBatch } from "../../src/sending/waiting-batch";
import { batchOf, loggedBatch } from "../helpers/new-delivery";
import { type UserRecord, usersOf } from "../helpers/updates";

const USERS: readonly UserRecord[] = ["ann", "b}]}{b", 'c"],"', "döra", "😀"].map((identity, at) => ({
  identity,
  properties: { Row: at + 1, Text: '}]} "\\' },
}));

function start(users: readonly UserRecord[] = USERS) {
  const { body, ...head } = batchOf("delivery-1", users);
  const waiting = new WaitingBatch(loggedBatch([], head));
  return { waiting, body, whole: waiting.parts[0]! };
}

function bodyOf(part: Part | undefined): Buffer {
  if (!part?.body) throw new Error("the part has no body");
  return part.body;
}

it("begins as one part, whose body stays in the outbox", () => {
  const { waiting, whole } = start();
  expect(waiting.parts).toHaveLength(1);
  expect(whole.body).toBeUndefined();
  expect(whole.hashes).toBe(waiting.batch.hashes);
});

it("splits into halves that are ready bodies with the same records", () => {
  const { waiting, body, whole } = start();
  waiting.split(whole, body);
  const halves = waiting.parts.map((part) => bodyOf(part));
  expect(halves.flatMap(usersOf)).toEqual(usersOf(body));
  expect(halves.map((half) => usersOf(half).length)).toEqual([2, 3]);
  for (const half of halves) expect(JSON.parse(half.toString()).app_id).toBe("123");
});

it("keeps each record's text, hash and row through any number of splits", () => {
  const { waiting, body, whole } = start();
  waiting.split(whole, body);
  for (let part = several(waiting); part; part = several(waiting)) waiting.split(part, bodyOf(part));
  const records = waiting.parts.map((part) => bodyOf(part).toString());
  const texts = usersOf(body).map((user) => JSON.stringify(user));
  expect(records).toEqual(texts.map((text) => `{"app_id":"123","users":[${text}]}`));
  expect(waiting.parts.flatMap(({ hashes }) => [...hashes])).toEqual([...waiting.batch.hashes]);
  expect(waiting.parts.flatMap(({ rows }) => [...rows])).toEqual([...waiting.batch.rows]);
});

function several({ parts }: WaitingBatch): Part | undefined {
  return parts.find(({ rows }) => rows.length > 1);
}

it("leaves its other parts alone when one is split", () => {
  const { waiting, body, whole } = start();
  waiting.split(whole, body);
  const [first, second] = waiting.parts;
  waiting.split(first!, bodyOf(first));
  expect(waiting.parts).toHaveLength(3);
  expect(waiting.parts[2]).toBe(second);
});

it("counts what was sent, and keeps what was refused", () => {
  const { waiting, body, whole } = start();
  waiting.split(whole, body);
  const [first, second] = waiting.parts;
  waiting.finish(second!);
  waiting.split(first!, bodyOf(first));
  const [ann, bob] = waiting.parts;
  const refusal = refusalOf(ann!, "user", bodyOf(ann), "Heap answered 400");
  waiting.finish(ann!, refusal);
  waiting.finish(bob!);
  expect(waiting.parts).toEqual([]);
  expect(waiting.outcome).toEqual({ sent: 4, refusals: [refusal], dropped: [] });
});

describe("a refusal", () => {
  it("has the row, the identity, the reason and the record as it was sent", () => {
    const { waiting, body, whole } = start([{ identity: "ann", properties: { Plan: "Team" } }]);
    waiting.split(whole, body);
    expect(refusalOf(whole, "user", body, "Heap answered 400: no")).toEqual({
      row: 1,
      identity: "ann",
      reason: "Heap answered 400: no",
      record: '{"identity":"ann","properties":{"Plan":"Team"}}',
    });
  });

  it("has the id of an account", () => {
    const body = Buffer.from(
      '{"app_id":"123","accounts":[{"account_id":"acme","properties":{"Plan":"Team"}}]}',
    );
    const { parts } = new WaitingBatch(loggedBatch([7], { kind: "account", rows: Int32Array.of(42) }));
    expect(refusalOf(parts[0]!, "account", body, "no")).toMatchObject({ row: 42, identity: "acme" });
  });
});
