/**
 * Turns the rows of a result into events, and hands them to delivery in their order. What an event is known by again, so that
 * Heap keeps one of those that are delivered twice, is a hash: of the environment, the identity, the name, the time and the key
 * column, or without one all properties. The time of the delivery is no part of it: it is another the next time.
 */

import { hash } from "node:crypto";
import type { Update, UpdateSink } from "../batches";
import { ByteWriter, fixedBytes } from "../byte-writer";
import { EventColumns } from "./event-columns";
import { type EventName, EventNames, eventName } from "./event-name";
import type { EventOptions } from "./event-options";
import { type CellTime, EventTimes } from "./event-time";
import { writeIdentity } from "./identity";
import { IsoTimes } from "./iso-time";
import { Plan } from "./plan";
import { Cell, type Column, type QueryFields, type ResultReader, type Row } from "./query-result";
import { undescribedColumn } from "./undescribed";
import { writeProperties } from "./write-properties";

/** A time that is further ahead is none, in milliseconds. */
const LATEST_MS = 24 * 3_600_000;

/** Stand where the key and the delivery's own time are to be while the key is made: equally long. */
const NO_KEY = "0".repeat(32);
const NO_TIME = "0000-00-00T00:00:00.000Z";

const EVENT = fixedBytes(Buffer.from('"event":'));
const TIMESTAMP = fixedBytes(Buffer.from(',"timestamp":"'));
const KEY = fixedBytes(Buffer.from('","idempotency_key":"'));
const PROPERTIES = fixedBytes(Buffer.from('","properties":{'));

/** An empty text, as JSON. */
const EMPTY_BYTES = 2;

export class EventMapper implements ResultReader {
  private plan: Plan | undefined;
  private columns: EventColumns | undefined;
  private identityLabel = "";
  private readonly names = new EventNames();
  private readonly nameOfAll: EventName;
  private readonly times: EventTimes;
  private readonly isoTimes = new IsoTimes();
  private readonly deliveryTime: string;
  private readonly environment: ReturnType<typeof fixedBytes>;
  /** The environment, and behind it an identity and an event: in this order they are hashed. */
  private readonly out = new ByteWriter(16 * 1024);
  private readonly update: Update = {
    row: 0,
    bytes: this.out.bytes,
    view: this.out.view,
    identityStart: 0,
    identityEnd: 0,
    propertiesStart: 0,
    propertiesEnd: 0,
  };

  constructor(
    private readonly options: EventOptions,
    private readonly sink: UpdateSink,
  ) {
    this.nameOfAll = eventName(options.event);
    this.times = new EventTimes(options.timeZone);
    this.deliveryTime = new Date(options.startedAt).toISOString();
    this.environment = fixedBytes(Buffer.from(options.environmentId));
  }

  fields(query: QueryFields): void {
    this.columns = new EventColumns(query, this.options);
    this.plan = new Plan(query, this.options.mapping, this.columns.apart);
  }

  column(column: Column): void {
    this.columns?.add(column);
    const mapped = this.plan?.add(column);
    if (mapped?.isIdentity) this.identityLabel = mapped.label;
    if (mapped) this.sink.column(mapped);
  }

  undescribed(name: string): void {
    this.sink.column(undescribedColumn(name));
  }

  row(row: Row): void {
    const { plan, columns, out } = this;
    if (!plan || !columns) return;
    if (row.problem !== undefined) {
      this.sink.reject({ row: row.number, reason: row.problem });
      return;
    }
    out.length = 0;
    out.fixed(this.environment);
    const problem = writeIdentity(row, plan.identityColumn, out);
    if (problem === undefined) this.map(row, plan, columns);
    else if (problem.blank) this.sink.skip("no identity");
    else this.sink.reject({ row: row.number, reason: problem.reason, column: this.identityLabel });
  }

  private map(row: Row, plan: Plan, columns: EventColumns): void {
    const { out } = this;
    const identityEnd = out.length;
    const name = this.options.event === "" ? this.names.read(row, columns.name) : this.nameOfAll;
    if ("blank" in name) {
      this.sink.skip("no name");
      return;
    }
    if ("reason" in name) {
      this.reject(row, identityEnd, name.reason, columns.nameLabel);
      return;
    }
    const time = columns.hasTime ? this.times.read(row, columns.time) : undefined;
    const problem = time === undefined ? undefined : this.problemOf(time);
    if (problem !== undefined) {
      this.reject(row, identityEnd, problem, columns.timeLabel);
      return;
    }
    out.fixed(EVENT);
    out.fixed(name.json);
    out.fixed(TIMESTAMP);
    const timeStart = out.length;
    if (typeof time === "number") this.isoTimes.write(time, out);
    else out.text(NO_TIME);
    this.writeRest(row, plan, columns.key);
    if (!columns.hasTime) out.bytes.write(this.deliveryTime, timeStart, "latin1");
    this.handOn(row, identityEnd);
  }

  /** The key and the properties. */
  private writeRest(row: Row, plan: Plan, keyColumn: number): void {
    const { out } = this;
    const hashed = writesKey(row, keyColumn, out);
    out.fixed(KEY);
    const keyStart = out.length;
    out.text(hashed ?? NO_KEY);
    out.fixed(PROPERTIES);
    writeProperties(row, plan.properties, this.options.mapping, this.sink, out);
    if (hashed === undefined) out.bytes.write(keyOf(out), keyStart, "latin1");
  }

  private handOn({ number }: Row, identityEnd: number): void {
    const { out, update } = this;
    update.row = number;
    update.bytes = out.bytes;
    update.view = out.view;
    update.identityStart = this.environment.length;
    update.identityEnd = identityEnd;
    update.propertiesStart = identityEnd;
    update.propertiesEnd = out.length;
    this.sink.update(update);
  }

  private problemOf(time: CellTime): string | undefined {
    if (time === "none") return "it has no time";
    if (time === "unreadable") return "its time is neither ISO 8601 nor of the form YYYY-MM-DD HH:MM:SS";
    const isTooLate = time > this.options.startedAt + LATEST_MS;
    return isTooLate ? "its time is more than a day in the future" : undefined;
  }

  private reject({ number }: Row, identityEnd: number, reason: string, column: string): void {
    const identity: unknown = JSON.parse(
      this.out.bytes.toString("utf8", this.environment.length, identityEnd),
    );
    this.sink.reject({ row: number, identity: String(identity), reason, column });
  }
}

/** The key of a row that has something in its key column; undefined: the properties are to be hashed too. */
function writesKey(row: Row, column: number, out: ByteWriter): string | undefined {
  const kind = column < 0 ? Cell.Missing : row.kinds[column];
  const start = row.starts[column] ?? 0;
  const end = row.ends[column] ?? 0;
  const isEmpty = kind === Cell.Text && end - start === EMPTY_BYTES;
  if (kind === Cell.Missing || kind === Cell.Null || isEmpty) return undefined;
  const before = out.length;
  out.copy(row.view, start, end);
  const key = keyOf(out);
  out.length = before;
  return key;
}

/** 128 bits, as 32 characters. */
function keyOf({ bytes, length }: ByteWriter): string {
  return hash("sha256", bytes.subarray(0, length), "hex").slice(0, NO_KEY.length);
}
