/** Each log is one hub's at a time, and what is written in the name of a former owner is not taken. */

import { systemClock } from "../../../src/clock";
import { LeaseLost } from "../../../src/outbox/logs";
import type { PostgresOutboxOptions } from "../../../src/outbox/postgres/store";
import { DatabaseProxy } from "../../helpers/database-proxy";
import { append, ENVIRONMENT, inLog, leaseOf, newDelivery, WHOLE } from "../../helpers/new-delivery";
import { postgresOutboxes } from "../../helpers/postgres-place";
import { ask, describeWithPostgres } from "../../helpers/postgres-server";
import { until } from "../../helpers/until";

const ANN = { identity: "ann@example.com", properties: { Visits: 1 } };
const D = newDelivery("d");
const NOTHING_ELSE = { sent: 1, refusals: [], dropped: [] };

describeWithPostgres("the lease of a log", (server) => {
  const open = postgresOutboxes();

  /** Two hubs, of which the first owns a log with one batch of a delivery that has been read. */
  async function twoHubs(more: Partial<PostgresOutboxOptions> = {}) {
    const url = await server.newDatabase();
    const first = await open(url, more);
    await first.outbox.intake.begin(D);
    const lease = await leaseOf(first.outbox);
    await append(first.outbox, D, [ANN], WHOLE);
    return { url, first, second: await open(url, more), lease };
  }

  /** The first hub counts as dead. */
  async function expired() {
    const hubs = await twoHubs();
    await ask(hubs.url, "DELETE FROM hubs WHERE id = $1", [hubs.first.store.membership.id]);
    await hubs.second.store.membership.bury();
    await leaseOf(hubs.second.outbox);
    return hubs;
  }

  it("is nobody else's while its owner is alive", async () => {
    const { first, second, lease } = await twoHubs();
    expect(await second.outbox.logs.own(ENVIRONMENT)).toBeUndefined();
    expect(await first.outbox.logs.own(ENVIRONMENT)).toBe(lease);
    expect(lease.isHeld).toBe(true);
  });

  it("is anybody's once it is given back, with or without what was sent counted", async () => {
    const { first, second, lease } = await twoHubs();
    await first.outbox.logs.giveBack(lease, false);
    const taken = await leaseOf(second.outbox);
    expect(taken.formerUntil).toBeLessThanOrEqual(second.clock.monotonic());
    await second.outbox.logs.giveBack(taken, true);
    expect((await leaseOf(first.outbox)).formerUntil).toBeUndefined();
  });

  it("is anybody's at once when its owner stops", async () => {
    const { first, second } = await twoHubs();
    await first.outbox.upkeep.close();
    expect((await leaseOf(second.outbox)).formerUntil).toBeDefined();
  });

  it("counts as lost by its owner's own clock, a moment before it is anybody's", async () => {
    const proxy = await DatabaseProxy.start(await server.newDatabase());
    const { outbox, clock } = await open(proxy.url);
    const lease = await leaseOf(outbox);
    proxy.cut();
    clock.advance(13_000);
    expect([lease.isHeld, lease.lost.aborted]).toEqual([true, false]);
    clock.advance(1000);
    expect([lease.isHeld, lease.lost.aborted]).toEqual([false, true]);
    await proxy.close();
  });

  it("counts as lost by the date too, as no interval has the time for which a machine was suspended", async () => {
    const { first, lease } = await twoHubs();
    first.clock.setAhead(60_000);
    expect(lease.isHeld).toBe(false);
  });

  it("lets its former owner write nothing", async () => {
    const { first, second, lease } = await expired();
    const [batch] = await first.outbox.logs.read(lease, 0, 1);
    if (!batch) throw new Error("there is no batch");
    const done = first.outbox.logs.done(lease, batch, NOTHING_ELSE);
    const dropped = first.outbox.logs.drop(lease, "d", 0);
    const health = first.outbox.logs.setHealth(lease, { parked: 404 });
    const writes = Promise.allSettled([done, dropped, health]);
    first.clock.advance(100);
    for (const each of await writes) expect(each).toMatchObject({ reason: expect.any(LeaseLost) });
    await expect(first.outbox.logs.recordSend(lease, Int32Array.of(1))).rejects.toBeInstanceOf(LeaseLost);
    expect(await inLog(second.outbox)).toHaveLength(1);
    expect(await second.outbox.records.get("d")).toMatchObject({
      report: { sent: 0, dropped: 0, health: {} },
    });
  });

  it("leaves what a dead hub was seeing to to one other", async () => {
    const { second, url } = await expired();
    const third = await open(url);
    const taken = await Promise.all([second, third].map(({ outbox }) => outbox.records.takeUp()));
    expect(taken.flat().map(({ id }) => id)).toEqual(["d"]);
    expect(await second.outbox.records.takeUp()).toEqual([]);
  });

  it("tells the others that something waits which nobody sends", async () => {
    const { first, second } = await twoHubs({ clock: systemClock });
    const grown: string[] = [];
    second.outbox.changes.listen("grown", ({ id }) => grown.push(id), new AbortController().signal);
    await first.outbox.upkeep.close();
    await until(() => grown.length > 0);
    expect(grown).toContain("123");
  });

  it("tells its owner what others append, cancel, and want probed", async () => {
    const { first, second } = await twoHubs({ clock: systemClock });
    const told: string[] = [];
    const { signal } = new AbortController();
    for (const name of ["cancelled", "probe", "grown"] as const)
      first.outbox.changes.listen(name, () => told.push(name), signal);
    const other = newDelivery("other");
    await second.outbox.intake.begin(other);
    await append(second.outbox, other, [ANN]);
    await second.outbox.records.cancel("other", 5);
    await second.outbox.logs.askToProbe(ENVIRONMENT);
    await until(() => new Set(told).size === 3);
  });
});
