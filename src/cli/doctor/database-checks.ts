/** The PostgreSQL that hubs share: what it is, and whether it keeps what it is given. */

import type { Config } from "../../config";
import { type DatabaseReport, inspectDatabase } from "../../outbox";
import type { Checks } from "./check";

/** A clock that is this far off has its dates on the pages look wrong, in milliseconds. */
const CLOCK_OFF_MS = 5000;

export async function checkDatabase(
  { databaseUrl, outboxMaxBytes }: Pick<Config, "databaseUrl" | "outboxMaxBytes">,
  checks: Checks,
): Promise<void> {
  const name = "Database";
  if (databaseUrl === undefined) {
    checks.skipped(name, "not used: what waits for Heap is kept in the data folder");
    return;
  }
  const report = await inspectDatabase(databaseUrl);
  if ("problem" in report) {
    checks.failed(name, `${report.problem}: see to it, or set DATABASE_URL to another`);
    return;
  }
  checks.ok(
    name,
    `PostgreSQL ${report.version} takes ${gigabytes(report.bytes)}; OUTBOX_MAX_BYTES lets ${gigabytes(outboxMaxBytes)} wait`,
  );
  if (report.mayCreate) checks.ok("Database rights", "the hub may make its tables");
  else
    checks.failed(
      "Database rights",
      "the hub may not make its tables: GRANT CREATE ON SCHEMA public to the user of DATABASE_URL",
    );
  checkKeeping(report, checks);
  const off = Math.abs(report.now - Date.now());
  if (off < CLOCK_OFF_MS) checks.ok("Database clock", "the same as this machine's");
  else checks.failed("Database clock", `${Math.round(off / 1000)} s from this machine's: set both by NTP`);
}

/** Whether what it says is stored has been. */
function checkKeeping({ fsync, synchronousCommit }: DatabaseReport, checks: Checks): void {
  const name = "Database keeps";
  if (fsync === "off")
    checks.failed(name, "fsync is off: a power cut can destroy the whole database. Set it to on");
  else if (synchronousCommit === "off")
    checks.failed(
      name,
      "synchronous_commit is off: when the server dies, what Looker was told is accepted in the last second can be lost. Set it to on",
    );
  else checks.ok(name, `fsync is ${fsync}, synchronous_commit is ${synchronousCommit}`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
