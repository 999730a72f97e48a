/** Each version of Node.js gets the SQLite that runs on it, or a sentence. */

import { execFileSync } from "node:child_process";
import path from "node:path";
import { SetupError } from "../../../src/errors";
import { loadDriver, openSqlite } from "../../../src/outbox/sqlite/driver";
import type { openDatabase } from "../../../src/outbox/sqlite/open-database";
import { collectLog } from "../../helpers/log-lines";
import { filesIn, ROOT, readText } from "../../helpers/repository";
import { tempFolders } from "../../helpers/temp-folders";

const newFolder = tempFolders();

const locked: Record<string, { version?: string }> = JSON.parse(readText("package-lock.json")).packages;

/** Stands where a package is installed, and notes that it was taken. */
function installed(name: string, taken: string[]) {
  jest.doMock(
    name,
    () =>
      class {
        constructor() {
          taken.push(`${name}@${locked[`node_modules/${name}`]?.version?.split(".")[0]}`);
        }
        close() {}
      },
    { virtual: true },
  );
}

function missing(name: string) {
  jest.doMock(
    name,
    () => {
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
    },
    { virtual: true },
  );
}

afterEach(() => {
  jest.dontMock("better-sqlite3").dontMock("better-sqlite3-12").resetModules();
});

it.each([
  ["20.20.2", "better-sqlite3-12@12"],
  ["22.0.0", "better-sqlite3@13"],
  ["24.19.0", "better-sqlite3@13"],
  ["26.12.1", "better-sqlite3@13"],
])("is on Node.js %s %s", (node, expected) => {
  const taken: string[] = [];
  installed("better-sqlite3", taken);
  installed("better-sqlite3-12", taken);
  loadDriver(node);
  expect(taken).toEqual([expected]);
});

it("is there for this Node.js", () => {
  const database = openSqlite(":memory:");
  expect(database.prepare("SELECT 9007199254740993 AS n").safeIntegers().get()).toEqual({
    n: 9007199254740993n,
  });
  database.close();
});

it.each(["20.20.2", "24.21.0"])(
  "that is not installed on Node.js %s is a sentence that says what to do",
  (node) => {
    missing("better-sqlite3");
    missing("better-sqlite3-12");
    expect(() => loadDriver(node)).toThrow(SetupError);
    expect(() => loadDriver(node)).toThrow(
      `SQLite can't be loaded with Node.js ${node} on ${process.platform}-${process.arch} (MODULE_NOT_FOUND). ` +
        "Run npm ci and npm run build again, with this Node.js.",
    );
  },
);

it("that is not installed is not taken for a wrong data folder", () => {
  missing("better-sqlite3");
  missing("better-sqlite3-12");
  jest.isolateModules(() => {
    const inner: {
      openDatabase: typeof openDatabase;
    } = require("../../../src/outbox/sqlite/open-database");
    expect(() => inner.openDatabase(newFolder(), collectLog().log, Date.now)).toThrow(
      /^SQLite can't be loaded/,
    );
  });
});

it("is picked in one place", () => {
  const naming = filesIn("src").filter((file) => readText(file).includes('"better-sqlite3'));
  expect(naming.filter((file) => !file.endsWith("compile-driver.ts"))).toEqual([
    "src/outbox/sqlite/driver.ts",
  ]);
});

it("is installed without a script of any package", () => {
  const setting = execFileSync("npm", ["config", "get", "ignore-scripts"], {
    cwd: path.join(ROOT),
    encoding: "utf8",
  });
  expect(setting.trim()).toBe("true");
});
