/** What one hub has generated the others have too. */

import { keptToken, presentToken } from "../../../src/outbox";
import { describeWithPostgres } from "../../helpers/postgres-server";

describeWithPostgres("a generated token", (server) => {
  it("is made by one of several hubs that start at once, and is every hub's", async () => {
    const url = await server.newDatabase();
    let made = 0;
    const hubs = await Promise.all([1, 2, 3].map(() => keptToken(url, "a", () => `token ${++made}`)));
    expect(hubs.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(hubs.map(({ token }) => token)).size).toBe(1);
    expect(await presentToken(url, "a")).toBe(hubs[0]?.token);
    expect((await keptToken(url, "b", () => "another")).token).toBe("another");
  });

  it("is none in a database that no hub has used", async () => {
    expect(await presentToken(await server.newDatabase(), "a")).toBeUndefined();
  });
});
