/** What a hub that ends leaves to the others. */

import { postgresOutboxes } from "../../helpers/postgres-place";
import { describeWithPostgres } from "../../helpers/postgres-server";

describeWithPostgres("what a hub keeps for itself", (server) => {
  const open = postgresOutboxes();

  it("is one other hub's when it ends, and nobody else's before", async () => {
    const url = await server.newDatabase();
    const [first, second, third] = [await open(url), await open(url), await open(url)];
    const inherit = () => Promise.all([second, third].map(({ outbox }) => outbox.bequest?.inherit()));
    for (const text of ["earlier", "notices"]) void first.outbox.bequest?.keep(text);
    await first.store.writes.flush();
    expect(await inherit()).toEqual([[], []]);
    await first.outbox.upkeep.close();
    expect((await inherit()).flat()).toEqual(["notices"]);
  });

  it("is nothing any more once it keeps nothing", async () => {
    const url = await server.newDatabase();
    const [first, second] = [await open(url), await open(url)];
    for (const text of ["notices", undefined]) void first.outbox.bequest?.keep(text);
    await first.outbox.upkeep.close();
    expect(await second.outbox.bequest?.inherit()).toEqual([]);
  });
});
