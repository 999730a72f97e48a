/** Keeps what mapping hands to delivery. */

import type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "../../src/batches";

export interface CollectedUpdate {
  row: number;
  identity: string;
  properties: Record<string, unknown>;
  /** The properties as they are sent: `"Key":value,"Key":value`. */
  text: string;
}

export class CollectingSink implements UpdateSink {
  readonly updates: CollectedUpdate[] = [];
  readonly skips: SkipReason[] = [];
  readonly rejects: Reject[] = [];
  readonly longValues: string[] = [];
  readonly columns: MappedColumn[] = [];

  /** What the reply says about columns. */
  get notes(): (string | undefined)[] {
    return this.columns.filter((column) => column.tell).map((column) => column.note);
  }

  update({ row, bytes, ...places }: Update): void {
    const identityText = bytes.toString("utf8", places.identityStart, places.identityEnd);
    const identity = String(JSON.parse(identityText));
    if (JSON.stringify(identity) !== identityText)
      throw new Error(`${identityText} is written in another way`);
    const text = bytes.toString("utf8", places.propertiesStart, places.propertiesEnd);
    this.updates.push({ row, identity, properties: JSON.parse(`{${text}}`), text });
  }

  skip(reason: SkipReason): void {
    this.skips.push(reason);
  }

  reject(reject: Reject): void {
    this.rejects.push(reject);
  }

  longValue(column: string): void {
    this.longValues.push(column);
  }

  column(column: MappedColumn): void {
    this.columns.push(column);
  }
}
