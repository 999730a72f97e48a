/** Several hubs on one database: one that dies, hangs or stops is replaced, and nothing is lost, overtaken or sent too often. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { seededRandom } from "../../stand-ins/looker/seeded-random";
import { DatabaseProxy } from "../helpers/database-proxy";
import { Fleet } from "../helpers/fleet";
import { heldResult } from "../helpers/held-result";
import { describeWithPostgres } from "../helpers/postgres-server";
import { FEW, faultSeeds } from "../helpers/seeds";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

/** A hub that dies is replaced within it, in milliseconds. */
const REPLACED_WITHIN_MS = 30_000;

/** CI has no time for all: `npm run test:faults` has. */
const inLongRun = faultSeeds().length > FEW ? it : it.skip;

describeWithPostgres("several hubs on one database", (server) => {
  const fleets: Fleet[] = [];
  // Before the folders are deleted.
  afterEach(async () => {
    for (const fleet of fleets.splice(0)) await fleet.close();
  });
  const newFolder = tempFolders();

  async function start(latencyMs = 200): Promise<Fleet> {
    const random = seededRandom(1);
    const fleet = await Fleet.start(await server.newDatabase(), newFolder, () => random() * latencyMs);
    fleets.push(fleet);
    return fleet;
  }

  it("send what another has read that is killed, within half a minute", async () => {
    const fleet = await start();
    const [first] = [await fleet.add({ REPLY_WITHIN_SECONDS: "0" }), await fleet.add()];
    const result = { rows: 20_000, identities: 8000, seed: 3 };
    fleet.heap.faults = { down: true };
    expect(await fleet.execute(first, generateResult(result))).toMatchObject({ outcome: { success: true } });
    fleet.heap.faults = {};
    await until(() => fleet.users.size > 0);
    const killedAt = Date.now();
    await first.kill();
    const known = fleet.users.size;
    await until(() => fleet.users.size > known || Date.now() > killedAt + REPLACED_WITHIN_MS);
    expect(Date.now() - killedAt).toBeLessThan(REPLACED_WITHIN_MS);
    await fleet.untilThrough();
    expect(fleet.users).toEqual(expectedUsers(result));
    expect(fleet.heap.violations).toEqual([]);
  });

  inLongRun(
    "close as interrupted what another was reading that is killed, and send what it had committed",
    async () => {
      const fleet = await start();
      const [first, second] = [await fleet.add(), await fleet.add()];
      const result = { rows: 5000, seed: 7 };
      void fleet.execute(first, heldResult(result, 15).document);
      await until(() => fleet.users.size > 1000);
      await first.kill();
      await fleet.untilThrough();
      await until(() => second.logged("delivery interrupted").length > 0);
      const rows = Number(second.logged("delivery interrupted")[0]?.["rows"]);
      expect(rows).toBeGreaterThan(1000);
      expect(fleet.users).toEqual(expectedUsers({ ...result, rows, identities: result.rows }));
      expect(fleet.heap.violations).toEqual([]);
    },
  );

  it("go on when one hangs and wakes up again, which then sends nothing that is theirs", async () => {
    const fleet = await start();
    const [first, second] = [
      await fleet.add({ REPLY_WITHIN_SECONDS: "0" }),
      await fleet.add({ REPLY_WITHIN_SECONDS: "0" }),
    ];
    const [earlier, later] = [
      { rows: 30_000, seed: 5 },
      { rows: 30_000, seed: 6 },
    ];
    fleet.heap.faults = { down: true };
    await fleet.execute(first, generateResult(earlier));
    fleet.heap.faults = {};
    await until(() => fleet.users.size > 0);
    first.signal("SIGSTOP");
    await fleet.execute(second, generateResult(later));
    await fleet.untilThrough();
    first.signal("SIGCONT");
    const again = { rows: 1000, seed: 8 };
    expect(await fleet.execute(first, generateResult(again))).toMatchObject({ outcome: { success: true } });
    await fleet.untilThrough();
    const expected = new Map(expectedUsers(earlier));
    for (const result of [later, again])
      for (const [identity, properties] of expectedUsers(result))
        expected.set(identity, new Map([...(expected.get(identity) ?? []), ...properties]));
    expect(fleet.users).toEqual(expected);
    expect(fleet.heap.violations).toEqual([]);
  });

  // One takes a minute, most of it the time after which a hub counts as dead: `npm run test:faults` goes through many.
  for (const seed of faultSeeds().slice(FEW)) {
    it(`deliver everything in its order while some are killed and others hang, seed ${seed}`, async () => {
      const random = seededRandom(seed);
      const fleet = await start();
      const variables = { REPLY_WITHIN_SECONDS: "0" };
      for (let count = 0; count < 3; count++) await fleet.add(variables);
      const alive = [...fleet.hubs];
      const results = Array.from({ length: 4 }, (_, at) => ({ rows: 12_000, seed: seed * 100 + at }));
      for (const result of results) {
        const hub = alive[Math.floor(random() * alive.length)];
        if (!hub) throw new Error("no hub is alive");
        await fleet.execute(hub, generateResult(result));
        const [victim] = alive.splice(Math.floor(random() * alive.length), 1);
        const isKilled = random() < 0.5;
        victim?.signal(isKilled ? "SIGKILL" : "SIGSTOP");
        const known = fleet.heap.requests + Math.floor(random() * 20);
        const since = Date.now();
        await until(() => fleet.heap.requests >= known || Date.now() - since > REPLACED_WITHIN_MS);
        victim?.signal("SIGCONT");
        if (isKilled) alive.push(await fleet.add(variables));
        else if (victim) alive.push(victim);
      }
      await fleet.untilThrough();
      const expected = new Map<string, ReadonlyMap<string, string | number>>();
      for (const result of results)
        for (const [identity, properties] of expectedUsers(result))
          expected.set(identity, new Map([...(expected.get(identity) ?? []), ...properties]));
      expect(fleet.users).toEqual(expected);
      expect(fleet.heap.violations).toEqual([]);
    });
  }

  it("keep one user within Heap's limit together, and leave the last value, with deliveries by turns", async () => {
    const fleet = await start(20);
    const hubs = [await fleet.add(), await fleet.add()];
    const seeds = Array.from({ length: 44 }, (_, at) => at);
    for (const seed of seeds) {
      const hub = hubs[seed % 2];
      if (hub) await fleet.execute(hub, generateResult({ rows: 1, identities: 1, seed }));
    }
    await fleet.untilThrough();
    expect(fleet.users).toEqual(expectedUsers({ rows: 1, identities: 1, seed: 43 }));
    expect(fleet.heap.violations).toEqual([]);
  });

  it("go on by themselves when the database was out of reach in the middle of a delivery", async () => {
    const url = await server.newDatabase();
    const proxy = await DatabaseProxy.start(url);
    const fleet = await Fleet.start(url, newFolder, () => 50);
    fleets.push(fleet);
    const hub = await fleet.add({ DATABASE_URL: proxy.url });
    const result = { rows: 40_000, seed: 9 };
    const reply = fleet.execute(hub, generateResult(result));
    await until(() => fleet.users.size > 2000);
    proxy.cut();
    const cutAt = Date.now();
    const ready = async () => fetch(`${hub.url}/readyz`);
    await until(async () => (await ready()).status === 503);
    expect(await (await ready()).json()).toMatchObject({
      problem: expect.stringContaining("can't reach its database"),
    });
    const refused = await fleet.execute(hub, generateResult({ rows: 1 }));
    expect(refused?.outcome).toMatchObject({
      success: false,
      message: expect.stringMatching(/^Nothing was read or sent: the action hub can't reach its database/),
    });
    // Longer than a lease lasts.
    await until(async () => (await ready()).ok || Date.now() - cutAt > 17_000);
    proxy.restore();
    expect(await reply).toMatchObject({ outcome: { success: true } });
    await fleet.untilThrough();
    expect(fleet.users).toEqual(expectedUsers(result));
    expect(fleet.heap.violations).toEqual([]);
    await proxy.close();
  });

  inLongRun("take over at once from one that is stopped, with what it has sent still counted", async () => {
    const fleet = await start(20);
    const [first, second] = [await fleet.add(), await fleet.add()];
    const one = (visits: number) => generateResult({ rows: 1, identities: 1, seed: visits });
    for (let turn = 0; turn < 22; turn++) {
      await fleet.execute(first, one(turn));
    }
    const stoppedAt = Date.now();
    first.signal("SIGTERM");
    await first.exit;
    for (let turn = 22; turn < 44; turn++) await fleet.execute(second, one(turn));
    expect(Date.now() - stoppedAt).toBeLessThan(2 * REPLACED_WITHIN_MS);
    expect(fleet.users).toEqual(expectedUsers({ rows: 1, identities: 1, seed: 43 }));
    expect(fleet.heap.violations).toEqual([]);
  });
});
