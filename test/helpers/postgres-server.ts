/**
 * A real PostgreSQL for tests: the one at TEST_DATABASE_URL, else one on this machine that lets anybody in, else one that is started
 * from Debian's package in a folder of its own. Each test file has databases of its own there.
 */

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";

const ON_THIS_MACHINE = "postgres://postgres@127.0.0.1:5432/postgres";
const PROGRAMS = "/usr/lib/postgresql";

export interface PostgresServer {
  /** Makes an empty database. @returns its URL */
  newDatabase(): Promise<string>;
  /** Deletes what was made. */
  close(): Promise<void>;
}

/**
 * Describes tests that need a server. Without any they are passed over, with a line that says so; where everything is to be tested
 * they fail.
 */
export function describeWithPostgres(name: string, tests: (server: PostgresServer) => void): void {
  const source = findSource();
  if (source === undefined && process.env["CI"] === undefined) {
    process.stderr.write(`PASSED OVER, as there is no PostgreSQL: ${name}\n`);
    describe.skip(name, () => tests(notThere()));
    return;
  }
  const server = source === undefined ? notThere() : new Server(source);
  describe(name, () => {
    afterAll(() => server.close());
    tests(server);
  });
}

/** Runs one statement. @returns its rows */
export async function ask<Row extends object>(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

type Source = { url: string } | { programs: string };

function findSource(): Source | undefined {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined) return { url: given };
  if (answers(ON_THIS_MACHINE)) return { url: ON_THIS_MACHINE };
  const [version] = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort().reverse() : [];
  return version === undefined ? undefined : { programs: path.join(PROGRAMS, version, "bin") };
}

/** Which tests there are has to be known at once: a program of its own can be waited for. */
function answers(url: string): boolean {
  const program = `new (require("pg").Client)({connectionString: process.argv[1], connectionTimeoutMillis: 2000}).connect().then(() => process.exit(0), () => process.exit(1))`;
  try {
    execFileSync(process.execPath, ["-e", program, url], {
      stdio: "ignore",
      cwd: path.join(__dirname, "..", ".."),
    });
    return true;
  } catch {
    return false;
  }
}

function notThere(): PostgresServer {
  const fail = async () => {
    throw new Error("there is no PostgreSQL to test with: .ci/run installs one");
  };
  return { newDatabase: fail, close: async () => undefined };
}

class Server implements PostgresServer {
  private readonly made: string[] = [];
  private own: OwnServer | undefined;

  constructor(private readonly source: Source) {}

  async newDatabase(): Promise<string> {
    const name = `hub_test_${randomBytes(8).toString("hex")}`;
    const url = new URL(this.url());
    await ask(url.href, `CREATE DATABASE ${name}`);
    this.made.push(name);
    url.pathname = name;
    return url.href;
  }

  async close(): Promise<void> {
    for (const name of this.made.splice(0)) await ask(this.url(), `DROP DATABASE ${name} WITH (FORCE)`);
    this.own?.stop();
  }

  private url(): string {
    if ("url" in this.source) return this.source.url;
    this.own ??= startServer(this.source.programs);
    return this.own.url;
  }
}

interface OwnServer {
  url: string;
  stop(): void;
}

/** On loopback, at a free port. The server does not run as root. */
function startServer(programs: string): OwnServer {
  const folder = mkdtempSync(path.join(tmpdir(), "hub-postgres-"));
  const data = path.join(folder, "data");
  const as = process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--"] : ["env"];
  const run = (program: string, ...words: string[]) => {
    const [first = "", ...more] = [...as, path.join(programs, program), ...words];
    execFileSync(first, more, { stdio: "ignore" });
  };
  chmodSync(folder, 0o777);
  run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync");
  const port = freePort();
  const options = `-k ${folder} -p ${port} -c listen_addresses=127.0.0.1`;
  run("pg_ctl", "-D", data, "-w", "-l", path.join(folder, "log"), "-o", options, "start");
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop() {
      run("pg_ctl", "-D", data, "-m", "immediate", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asked of a program of its own, as it is to be known at once. */
function freePort(): string {
  const program =
    'const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port) ?? s.close())';
  return execFileSync(process.execPath, ["-e", program], { encoding: "utf8" }).trim();
}
