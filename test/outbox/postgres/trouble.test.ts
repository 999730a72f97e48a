/** A database that can't be used for a while: nothing acknowledged is lost, nothing is done twice, and all goes on by itself. */

import { systemClock } from "../../../src/clock";
import { OutboxError } from "../../../src/outbox";
import { DatabaseProxy } from "../../helpers/database-proxy";
import { append, done, inLog, newDelivery, usersInLog, WHOLE } from "../../helpers/new-delivery";
import { postgresOutboxes } from "../../helpers/postgres-place";
import { ask, describeWithPostgres } from "../../helpers/postgres-server";
import { until } from "../../helpers/until";

const ANN = { identity: "ann@example.com", properties: { Visits: 1 } };
const BOB = { identity: "bob@example.com", properties: { Visits: 2 } };
const D = newDelivery("d");

describeWithPostgres("a database in trouble", (server) => {
  const proxies: DatabaseProxy[] = [];
  const open = postgresOutboxes();
  // After the outboxes are closed.
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

  async function begun() {
    const url = await server.newDatabase();
    const proxy = await DatabaseProxy.start(url);
    proxies.push(proxy);
    const opened = await open(proxy.url, { clock: systemClock });
    await opened.outbox.intake.begin(D);
    return { url, proxy, ...opened };
  }

  it("takes nothing new, and says why, while it can't be reached, and goes on when it can", async () => {
    const { outbox, proxy } = await begun();
    proxy.cut();
    await expect(outbox.intake.begin(newDelivery("new"))).rejects.toBeInstanceOf(OutboxError);
    expect(await outbox.intake.problem()).toMatch(/^the action hub can't reach its database/);
    proxy.restore();
    await until(async () => (await outbox.intake.problem()) === undefined);
    await outbox.intake.begin(newDelivery("new"));
    expect(await outbox.records.get("new")).toBeDefined();
  });

  it("takes what was read meanwhile when it is back", async () => {
    const { outbox, proxy } = await begun();
    proxy.cut();
    const appended = append({ ...outbox, records: { ...outbox.records, get: async () => undefined } }, D, [
      ANN,
    ]);
    await until(async () => (await outbox.intake.problem()) !== undefined);
    proxy.restore();
    expect(await appended).toMatchObject({ batches: 1 });
    expect(await usersInLog(outbox)).toEqual([[ANN]]);
  });

  it("is found to have stored a checkpoint whose answer was lost: it is not stored twice", async () => {
    const { outbox, proxy, url } = await begun();
    await append(outbox, D, [ANN]);
    const stored = outbox.records.get("d");
    await stored;
    proxy.swallowAnswers();
    const appended = append(
      { intake: outbox.intake, records: { ...outbox.records, get: async () => undefined } },
      D,
      [BOB],
      WHOLE,
    );
    await until(async () => {
      const [row] = await ask<{ checkpoint: number }>(url, "SELECT checkpoint FROM deliveries");
      return row?.checkpoint === 2;
    });
    proxy.cut();
    proxy.restore();
    expect(await appended).toMatchObject({ batches: 1 });
    expect(await usersInLog(outbox)).toEqual([[ANN], [BOB]]);
  });

  it("counts a batch once whose end was stored although the answer was lost", async () => {
    const { outbox, proxy, url } = await begun();
    await append(outbox, D, [ANN], WHOLE);
    const [first] = await inLog(outbox);
    proxy.swallowAnswers();
    await done(outbox, first);
    proxy.cut();
    proxy.restore();
    await until(
      async () => (await ask(url, "SELECT 1 FROM deliveries WHERE finished_at IS NOT NULL")).length > 0,
    );
    expect(await outbox.records.get("d")).toMatchObject({ outcome: "delivered", report: { sent: 1 } });
  });

  it("that is read-only says so", async () => {
    const { outbox, url, proxy } = await begun();
    const name = new URL(url).pathname.slice(1);
    await ask(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    proxy.cut();
    proxy.restore();
    await expect(outbox.intake.begin(newDelivery("new"))).rejects.toThrow("it is read-only");
    await ask(url, `BEGIN READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only; COMMIT`);
    await until(async () => (await outbox.intake.problem()) === undefined);
  });
});
