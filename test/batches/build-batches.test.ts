/** Bodies are built anew of records that others hold, whichever of them are taken. */

import fc from "fast-check";
import { buildBatches, recordsOf } from "../../src/batches/build-batches";
import { identityHashOf } from "../../src/batches/identity-hash";
import { OpenBatch, type SealedBody } from "../../src/batches/open-batch";
import { bodyStart, MAX_RECORDS_PER_REQUEST } from "../../src/heap";
import { ENVIRONMENT } from "../helpers/new-delivery";
import { type UserRecord, updateOf, usersOf } from "../helpers/updates";

const OF = { delivery: "delivery-1", environment: ENVIRONMENT, kind: "user" } as const;

function user(number: number, row: number): UserRecord {
  return { identity: `üser.${number}`, properties: { Row: row } };
}

/** Bodies of these users' rows, each sealed as it then stands when a row is to begin a new one. */
function bodiesOf(users: readonly { number: number; seals: boolean }[]): SealedBody[] {
  const batch = new OpenBatch(bodyStart(ENVIRONMENT.id, "user"), "user");
  const bodies: SealedBody[] = [];
  for (const [at, { number, seals }] of users.entries()) {
    if (seals) bodies.push(batch.seal());
    const record = user(number, at + 1);
    batch.add(updateOf(record, at + 1), identityHashOf("user", record.identity));
  }
  return [...bodies, batch.seal()];
}

interface Sent {
  record: UserRecord;
  hash: number;
  row: number;
}

/** What the bodies hold, in its order. */
function contentOf(bodies: readonly SealedBody[]): Sent[] {
  return bodies.flatMap((sealed) =>
    recordsOf(sealed).map((bytes, at) => ({
      record: JSON.parse(bytes.toString()) as UserRecord,
      hash: sealed.hashes[at]!,
      row: sealed.rows[at]!,
    })),
  );
}

it("holds what is taken of any bodies, in its order, with no identity twice in a batch", () => {
  const users = fc.array(fc.record({ number: fc.nat(12), seals: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(users, fc.infiniteStream(fc.boolean()), (rows, coins) => {
      const bodies = bodiesOf(rows);
      const before = contentOf(bodies);
      const kept = before.map(() => coins.next().value === true);
      const batches = buildBatches(bodies, OF, (record) => kept[record] === true);
      const after = batches.flatMap(({ body, hashes, rows: rowsOf }) =>
        usersOf(body).map((record, at) => ({ record, hash: hashes[at]!, row: rowsOf[at]! })),
      );
      expect(after).toEqual(before.filter((_sent, at) => kept[at]));
      for (const { body, hashes } of batches) {
        const identities = usersOf(body).map(({ identity }) => identity);
        expect(new Set(identities).size).toBe(identities.length);
        expect([...hashes]).toEqual(identities.map((identity) => identityHashOf("user", identity)));
      }
      for (const [at, { body }] of batches.slice(1).entries()) {
        const earlier = usersOf(batches[at]!.body).map(({ identity }) => identity);
        // A new batch is begun only for an identity that the one before has.
        expect(earlier).toContain(usersOf(body)[0]!.identity);
      }
    }),
  );
});

it("puts as many records into a batch as Heap takes", () => {
  const rows = Array.from({ length: 2500 }, (_, number) => ({ number, seals: number % 400 === 0 }));
  const batches = buildBatches(bodiesOf(rows), OF);
  expect(batches.map(({ rows: of }) => of.length)).toEqual([
    MAX_RECORDS_PER_REQUEST,
    MAX_RECORDS_PER_REQUEST,
    500,
  ]);
});
