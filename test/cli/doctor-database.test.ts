/** What the doctor says of the database that hubs share. */

import { Checks } from "../../src/cli/doctor/check";
import { checkDatabase } from "../../src/cli/doctor/database-checks";
import { ask, describeWithPostgres } from "../helpers/postgres-server";

async function checked(databaseUrl: string | undefined): Promise<string[]> {
  const checks = new Checks(() => undefined);
  await checkDatabase({ databaseUrl, outboxMaxBytes: 10_000_000_000 }, checks);
  return checks.all.map(({ name, result, detail }) => `${result}: ${name}: ${detail}`);
}

describeWithPostgres("the doctor", (server) => {
  it("finds nothing wrong with a database that keeps what it is given", async () => {
    expect(await checked(await server.newDatabase())).toEqual([
      expect.stringMatching(
        /^ok: Database: PostgreSQL \d+\.\d+.* takes 0\.0 GB; OUTBOX_MAX_BYTES lets 10\.0 GB wait$/,
      ),
      "ok: Database rights: the hub may make its tables",
      "ok: Database keeps: fsync is on, synchronous_commit is on",
      "ok: Database clock: the same as this machine's",
    ]);
  });

  it("says what can be lost where the server does not wait for its disk", async () => {
    const url = await server.newDatabase();
    await ask(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    expect(await checked(url)).toContainEqual(
      expect.stringMatching(/^failed: Database keeps: synchronous_commit is off: .* can be lost/),
    );
  });

  it("says why a database can't be used, and what to do", async () => {
    expect(await checked("postgres://hub:word@127.0.0.1:9/hub")).toEqual([
      "failed: Database: the action hub can't reach its database (ECONNREFUSED): see to it, or set DATABASE_URL to another",
    ]);
  });

  it("does not look for one where there is none", async () => {
    expect(await checked(undefined)).toEqual([
      "skipped: Database: not used: what waits for Heap is kept in the data folder",
    ]);
  });
});
