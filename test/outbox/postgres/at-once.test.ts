/** What several hubs do to one log and one delivery at the same moment: counted once, and in order. */

import { systemClock } from "../../../src/clock";
import { append, inLog, leaseOf, newDelivery, WHOLE } from "../../helpers/new-delivery";
import { postgresOutboxes } from "../../helpers/postgres-place";
import { ask, describeWithPostgres } from "../../helpers/postgres-server";
import { until } from "../../helpers/until";

const CHECKPOINTS = 30;

function users(of: string, checkpoint: number) {
  return [1, 2, 3].map((at) => ({ identity: `${of}-${checkpoint}-${at}`, properties: { at } }));
}

describeWithPostgres("several hubs at the same moment", (server) => {
  const open = postgresOutboxes();

  it("put batches into one log without gaps, while it is sent, and all are counted once", async () => {
    const url = await server.newDatabase();
    const clock = systemClock;
    const [owner, ...readers] = [
      await open(url, { clock }),
      await open(url, { clock }),
      await open(url, { clock }),
    ];
    const lease = await leaseOf(owner.outbox);
    const reading = readers.map(async ({ outbox }, at) => {
      const delivery = newDelivery(`d${at}`);
      await outbox.intake.begin(delivery);
      for (let checkpoint = 1; checkpoint <= CHECKPOINTS; checkpoint++)
        await append(
          outbox,
          delivery,
          users(delivery.id, checkpoint),
          checkpoint === CHECKPOINTS ? WHOLE : undefined,
        );
    });
    const seen: number[] = [];
    const total = readers.length * CHECKPOINTS * 3;
    await until(async () => {
      const batches = await owner.outbox.logs.read(lease, seen.at(-1) ?? 0, 50);
      for (const batch of batches) {
        seen.push(batch.position);
        void owner.outbox.logs.done(lease, batch, { sent: 1, refusals: [], dropped: [] });
      }
      return seen.length === total;
    });
    await Promise.all(reading);
    expect(seen).toEqual(Array.from({ length: total }, (_, at) => at + 1));
    await owner.store.writes.flush();
    expect(await inLog(owner.outbox)).toEqual([]);
    await until(async () => (await owner.outbox.records.unfinished()).length === 0);
    expect(await ask(url, "SELECT sent, batches_left, outcome FROM deliveries ORDER BY id")).toEqual(
      readers.map(() => ({ sent: CHECKPOINTS * 3, batches_left: 0, outcome: "delivered" })),
    );
  });

  it("finish a delivery once, whichever of them finds it done", async () => {
    const url = await server.newDatabase();
    const clock = systemClock;
    const hubs = [await open(url, { clock }), await open(url, { clock }), await open(url, { clock })];
    const finished: string[] = [];
    for (const { outbox } of hubs)
      outbox.changes.listen("finished", ({ id }) => finished.push(id), new AbortController().signal);
    const [first] = hubs;
    const delivery = newDelivery("d");
    await first?.outbox.intake.begin(delivery);
    await ask(url, `UPDATE deliveries SET ended = '${JSON.stringify(WHOLE)}'`);
    await Promise.all(hubs.map(({ store }) => store.finishIfDone(["d"])));
    expect(finished).toEqual(["d"]);
  });
});
