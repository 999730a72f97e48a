/** SQLite for the Node.js that runs: nothing else knows that there are two versions of better-sqlite3. */

import type BetterSqlite3 from "better-sqlite3";
import { errorCode } from "../../error-code";
import { SetupError } from "../../errors";

export type Database = BetterSqlite3.Database;
type Driver = typeof BetterSqlite3;

let driver: Driver | undefined;

/** @throws SetupError when SQLite can't be loaded */
export function openSqlite(file: string, options?: BetterSqlite3.Options): Database {
  driver ??= loadDriver();
  return new driver(file, options);
}

/**
 * Version 13 has its binaries inside, and crashes on Node.js 20. 12 is compiled, and ends the process on 24.19 and newer when
 * memory is collected: https://github.com/nodejs/node/issues/65446
 */
export function isCompiled(node = process.versions.node): boolean {
  return Number.parseInt(node, 10) < 22;
}

/** @throws SetupError when it is not installed, or has no binary for this machine and version */
export function loadDriver(node = process.versions.node): Driver {
  try {
    const loaded: Driver = isCompiled(node) ? require("better-sqlite3-12") : require("better-sqlite3");
    // The binary is read only when a database is opened.
    new loaded(":memory:").close();
    return loaded;
  } catch (error) {
    throw new SetupError(
      `SQLite can't be loaded with Node.js ${node} on ${process.platform}-${process.arch} (${errorCode(error)}). ` +
        "Run npm ci and npm run build again, with this Node.js.",
    );
  }
}
