/** Holds the records of a request against Heap's contract; one bad record refuses them all. */

import { isForbiddenKey, MAX_IDENTITY_LENGTH, MAX_KEY_LENGTH, MAX_RECORDS_PER_REQUEST } from "../../src/heap";
import { Breach } from "./breach";
import { checkEvent, type EventPart } from "./check-event";
import { isObject } from "./is-object";
import type { Route } from "./routes";

export type PropertyValue = string | number;

/** One user, account or event of a request. */
export interface HeapRecord extends Partial<EventPart> {
  readonly identity: string;
  readonly properties: Readonly<Record<string, PropertyValue>>;
}

/** @throws Breach (400) that names the index of the first bad record and what is wrong with it */
export function checkRecords(
  route: Route,
  records: readonly unknown[],
  maxValueLength: number,
): HeapRecord[] {
  if (records.length === 0) throw new Breach(400, `${route.listKey} is empty`);
  if (records.length > MAX_RECORDS_PER_REQUEST) {
    throw new Breach(
      400,
      `${route.listKey} has ${records.length} records, the limit is ${MAX_RECORDS_PER_REQUEST}`,
    );
  }
  return records.map((record, index) => checkRecord(route, record, index, maxValueLength));
}

function checkRecord(
  { type, identityKey, identityOf }: Route,
  record: unknown,
  index: number,
  maxValueLength: number,
): HeapRecord {
  const refuse = (reason: string) => new Breach(400, `record ${index}: ${reason}`);

  if (!isObject(record)) throw refuse("not an object");
  const { properties } = record;
  const identity = identityOf(record);
  if (typeof identity !== "string") throw refuse(`${identityKey} is not a string`);
  if (identity === "") throw refuse(`${identityKey} is empty`);
  if (identity.length > MAX_IDENTITY_LENGTH) {
    throw refuse(`${identityKey} is longer than ${MAX_IDENTITY_LENGTH} characters`);
  }
  if (!isObject(properties)) throw refuse("properties is not an object");
  checkProperties(properties, maxValueLength, refuse);
  return { identity, properties, ...(type === "event" && checkEvent(record, refuse)) };
}

function checkProperties(
  properties: Readonly<Record<string, unknown>>,
  maxValueLength: number,
  refuse: (reason: string) => Breach,
): asserts properties is Readonly<Record<string, PropertyValue>> {
  for (const key of Object.keys(properties)) {
    const problem = keyProblem(key) ?? valueProblem(key, properties[key], maxValueLength);
    if (problem !== undefined) throw refuse(problem);
  }
}

function keyProblem(key: string): string | undefined {
  if (key === "") return "a property's key is empty";
  if (key.length > MAX_KEY_LENGTH) return `a property's key is longer than ${MAX_KEY_LENGTH} characters`;
  if (isForbiddenKey(key)) return `${key} can't be a property's key`;
  // Heap would quietly make a new property beside its built-in one.
  if (key !== "email" && key.toLowerCase() === "email") return `the key ${key} has to be written email`;
  return undefined;
}

function valueProblem(key: string, value: unknown, maxValueLength: number): string | undefined {
  if (typeof value === "number") {
    // JSON has no infinity, but a number too large for a double reads as one.
    return Number.isFinite(value) ? undefined : `the number of ${key} is too large`;
  }
  if (typeof value !== "string") return `the value of ${key} is neither a number nor a string`;
  if (value.length > maxValueLength) {
    return `the value of ${key} is longer than ${maxValueLength} characters`;
  }
  return undefined;
}
