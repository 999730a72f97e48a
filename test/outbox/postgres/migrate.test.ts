/** Which databases a hub takes, and what it makes of them. */

import { inspectDatabase } from "../../../src/outbox";
import { postgresOutboxes } from "../../helpers/postgres-place";
import { ask, describeWithPostgres } from "../../helpers/postgres-server";

describeWithPostgres("a database", (server) => {
  const open = postgresOutboxes();

  it("is brought up to date by one of several hubs that start at once", async () => {
    const url = await server.newDatabase();
    await Promise.all([open(url), open(url), open(url)]);
    expect(await ask(url, "SELECT version FROM schema_version")).toEqual([{ version: 1 }]);
  });

  it("of a newer version of the hub is refused, and left as it is", async () => {
    const url = await server.newDatabase();
    await open(url);
    await ask(url, "UPDATE schema_version SET version = 99");
    await expect(open(url)).rejects.toThrow(
      "DATABASE_URL: the database is a newer version's of this hub (99, this one knows 1). " +
        "Run that version, or set DATABASE_URL to another database.",
    );
    expect(await ask(url, "SELECT version FROM schema_version")).toEqual([{ version: 99 }]);
  });

  it("that can't be reached is named by its setting, and its password is not repeated", async () => {
    await expect(open("postgres://hub:word@127.0.0.1:9/hub")).rejects.toThrow(
      "DATABASE_URL: the database can't be used: the action hub can't reach its database (ECONNREFUSED).",
    );
  });

  it("is looked at without being changed", async () => {
    const url = await server.newDatabase();
    const report = await inspectDatabase(url);
    expect(report).toMatchObject({ fsync: expect.any(String), mayCreate: true });
    expect(await ask(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    expect(await inspectDatabase("postgres://hub@127.0.0.1:9/hub")).toEqual({
      problem: "the action hub can't reach its database (ECONNREFUSED)",
    });
  });
});
