/** The list opens as fast with ten thousand past deliveries as with ten: it reads no more than it shows. */

import path from "node:path";
import { openSqlite } from "../../../src/outbox/sqlite/driver";
import { outboxes } from "../../helpers/open-outbox";
import { tempFolders } from "../../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

const MANY = 10_000;
const READ = JSON.stringify({ rows: 1, rejects: [], columns: [], longValueCounts: {} });

/** Ten thousand finished deliveries, of which only of these what was read can be read at all. */
function fill(folder: string, readable: (at: number) => boolean): void {
  const database = openSqlite(path.join(folder, "outbox.sqlite3"));
  const insert = database.prepare(
    `INSERT INTO deliveries (id, started_at, finished_at, host, environment, type, read, title_folded, looker, outcome)
     VALUES (?, ?, ?, 'http://heap', ?, 'user', ?, ?, 'main', 'delivered')`,
  );
  database.transaction(() => {
    for (let at = 0; at < MANY; at++) {
      const read = readable(at) ? READ : "not to be read";
      insert.run(`d-${at}`, at, at, String(at % 3), read, `title ${at}`);
    }
  })();
  database.close();
}

it("reads the deliveries of a page, and none of the others", async () => {
  const folder = newFolder();
  const { records } = open(folder).outbox;
  fill(folder, (at) => at >= MANY - 50 && at < MANY - 25);
  const { deliveries, total } = await records.find({}, 25, 25);
  expect(total).toBe(MANY);
  expect(deliveries.map(({ id }) => id)).toEqual(
    Array.from({ length: 25 }, (_, at) => `d-${MANY - 26 - at}`),
  );
});

it("searches without reading those that do not fit", async () => {
  const folder = newFolder();
  const { records } = open(folder).outbox;
  fill(folder, (at) => at === 9999);
  const { deliveries, total } = await records.find({ title: "TITLE 9999", environment: "0" }, 0, 25);
  expect(total).toBe(1);
  expect(deliveries.map(({ id }) => id)).toEqual(["d-9999"]);
  expect((await records.find({ title: "title 9999", looker: "elsewhere" }, 0, 25)).total).toBe(0);
  expect(await records.choices()).toEqual({ lookers: ["main"], environments: ["0", "1", "2"] });
});

it("finds them in an index that holds all that is searched for", () => {
  const folder = newFolder();
  open(folder);
  const database = openSqlite(path.join(folder, "outbox.sqlite3"));
  const plan = database
    .prepare<[], { detail: string }>(
      `EXPLAIN QUERY PLAN SELECT id FROM deliveries INDEXED BY deliveries_listed
        WHERE instr(title_folded, 'a') > 0 AND looker = 'b' AND environment = 'c' AND outcome = 'd'
        ORDER BY started_at DESC, id DESC LIMIT 25 OFFSET 100`,
    )
    .all();
  database.close();
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("COVERING INDEX deliveries_listed"),
  ]);
});
