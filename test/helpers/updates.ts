/** Updates as mapping hands them on, and the records that delivery makes of them. */

import type { Update } from "../../src/batches";
import { viewOf } from "../../src/byte-writer";

/** A user and its properties, as they stand in a request body. */
export interface UserRecord {
  identity: string;
  properties: Record<string, string | number>;
}

export function updateOf({ identity, properties }: UserRecord, row = 1): Update {
  return updateFrom(identity, JSON.stringify(properties).slice(1, -1), row);
}

/** @param pairs `"Key":value,"Key":value` */
export function updateFrom(identity: string, pairs: string, row = 1): Update {
  const identityText = JSON.stringify(identity);
  const bytes = Buffer.from(identityText + pairs);
  const identityEnd = Buffer.byteLength(identityText);
  return {
    row,
    bytes,
    view: viewOf(bytes),
    identityStart: 0,
    identityEnd,
    propertiesStart: identityEnd,
    propertiesEnd: bytes.length,
  };
}

/** The users of a request body. */
export function usersOf(body: Buffer): UserRecord[] {
  const content: { users: UserRecord[] } = JSON.parse(body.toString());
  return content.users;
}

/** Writes a record as Heap does: a property that is named is overwritten, one that is not stays. */
export function applyTo(held: Map<string, UserRecord["properties"]>, record: UserRecord): void {
  held.set(record.identity, { ...held.get(record.identity), ...record.properties });
}
