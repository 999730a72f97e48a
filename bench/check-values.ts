/** Compares what the stand-in Heap got with what a result says, value by value. */

import { closeSync, openSync, readSync } from "node:fs";
import { type GeneratedCell, generatedRows, labelOf, type ResultOptions } from "../stand-ins/looker";
import { userNumber } from "./dataset";
import { readRecords } from "./read-records";
import { ValueTable } from "./value-table";

/** Heap's limits. Source: its page on bulk user and account properties. */
const MOST_RECORDS = 1000;
const LONGEST = 255;

export class ValueCheck {
  private readonly keys: readonly string[];
  private readonly expected: ValueTable;

  /**
   * @param users how many the results are about, numbered from 0
   * @param results in the order in which they are delivered, all with the same columns
   */
  constructor(
    readonly users: number,
    results: readonly ResultOptions[],
  ) {
    this.keys = (results[0]?.columns ?? []).slice(1).map(labelOf);
    this.expected = new ValueTable(this.users, this.keys);
    for (const result of results) {
      for (const [identity, ...cells] of generatedRows(result)) this.expect(identity, cells);
    }
  }

  /**
   * @param recordFile as the stand-in Heap writes it
   * @throws when a value is wrong, missing or one too many
   */
  check(recordFile: string): void {
    const got = new ValueTable(this.users, this.keys);
    const keyNumbers = new Map(this.keys.map((key, index) => [key, index]));
    let user = 0;
    for (const body of bodies(recordFile)) {
      const records = readRecords(body, {
        record: (identity) => {
          user = userOf(identity);
          got.addUser(user);
        },
        property: (key, value) => {
          const number = keyNumbers.get(key);
          if (number === undefined) throw new Error(`no property is called ${key}`);
          if (value.length > LONGEST + 2) throw new Error(`a value of ${key} is too long`);
          got.set(user, number, value);
        },
      });
      if (records > MOST_RECORDS) throw new Error(`a request had ${records} users`);
    }
    if (got.userCount !== this.users) throw new Error(`Heap got ${got.userCount} of ${this.users} users`);
    const { count, examples } = this.expected.differences(got);
    if (count > 0) throw new Error(`${count} values are wrong: ${examples.join(", ")}`);
  }

  private expect(identity: GeneratedCell | undefined, cells: readonly GeneratedCell[]): void {
    const user = userOf(String(identity?.value));
    this.expected.addUser(user);
    for (const [key, { value }] of cells.entries()) {
      if (value !== null)
        this.expected.set(user, key, typeof value === "number" ? String(value) : `"${value}"`);
    }
  }
}

function userOf(identity: string): number {
  const user = userNumber(identity);
  if (user === undefined) throw new Error(`${identity} is nobody's identity`);
  return user;
}

function* bodies(recordFile: string): Generator<string> {
  const descriptor = openSync(recordFile, "r");
  const head = Buffer.alloc(4);
  while (readSync(descriptor, head) === head.length) {
    const body = Buffer.alloc(head.readUInt32LE());
    if (readSync(descriptor, body) !== body.length) throw new Error("the record breaks off");
    yield body.toString();
  }
  closeSync(descriptor);
}
