/** Writes moments as ISO 8601 in UTC, to the millisecond: `2025-03-30T12:05:00.000Z`. */

import { type ByteWriter, type FixedBytes, fixedBytes } from "../byte-writer";
import { DAY_MS } from "./days";

/** Days whose text is remembered: some 90 years. */
const MAX_DAYS = 1 << 15;

const ZERO = 0x30;
const COLON = 0x3a;
const POINT = 0x2e;
const Z = 0x5a;

export class IsoTimes {
  /** By day since 1970: its date and the `T` behind it. */
  private readonly dates = new Map<number, FixedBytes>();

  /** @param moment in milliseconds since 1970 */
  write(moment: number, out: ByteWriter): void {
    const day = Math.floor(moment / DAY_MS);
    const rest = moment - day * DAY_MS;
    const seconds = Math.floor(rest / 1000);
    const minutes = Math.floor(seconds / 60);
    out.fixed(this.dateOf(day));
    writeTwo(Math.floor(minutes / 60), out);
    out.byte(COLON);
    writeTwo(minutes % 60, out);
    out.byte(COLON);
    writeTwo(seconds % 60, out);
    out.byte(POINT);
    const milliseconds = rest % 1000;
    out.byte(ZERO + Math.floor(milliseconds / 100));
    writeTwo(milliseconds % 100, out);
    out.byte(Z);
  }

  private dateOf(day: number): FixedBytes {
    const known = this.dates.get(day);
    if (known) return known;
    if (this.dates.size >= MAX_DAYS) this.dates.clear();
    const [date] = new Date(day * DAY_MS).toISOString().split("T");
    const bytes = fixedBytes(Buffer.from(`${date}T`));
    this.dates.set(day, bytes);
    return bytes;
  }
}

function writeTwo(value: number, out: ByteWriter): void {
  const tens = Math.floor(value / 10);
  out.byte(ZERO + tens);
  out.byte(ZERO + value - tens * 10);
}
