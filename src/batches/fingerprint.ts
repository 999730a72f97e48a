/** The fingerprint of a record: by it `sync: changed` knows that Heap has it already. */

import { hash } from "node:crypto";
import { identityIn, type KindName } from "../heap";

export interface Fingerprint {
  /** Stands for the identity. Two that share it only make each other look changed. */
  identity: number;
  /** Stands for the identity and every key and value: 48 bits, so a change goes unseen once in 2.8e14 times. */
  value: number;
}

/** @param record as it stands in a request body: `{"identity":"…","properties":{…}}` */
export function fingerprintOf(record: Buffer, kind: KindName): Fingerprint {
  const identity = record.subarray(0, identityIn(record, kind).end);
  return { identity: number48(identity), value: number48(record) };
}

/** As many bits as a number keeps exactly, in whole bytes. */
function number48(bytes: Buffer): number {
  return Number.parseInt(hash("sha1", bytes, "hex").slice(0, 12), 16);
}
