/** What an older version of the hub left is taken up by this one. */

import path from "node:path";
import { openSqlite } from "../../../src/outbox/sqlite/driver";
import { MIGRATIONS } from "../../../src/outbox/sqlite/schema";
import { outboxes } from "../../helpers/open-outbox";
import { batchOf, ENVIRONMENT, LOG, storedDelivery } from "../../helpers/stored-delivery";
import { tempFolders } from "../../helpers/temp-folders";
import { usersOf } from "../../helpers/updates";

const newFolder = tempFolders();
const open = outboxes();

const ANN = { identity: "ann@example.com", properties: { Visits: 1 } };

/** A folder as a hub left it whose database was at a version: a delivery with a batch that waits. */
function leftByVersion(version: number): string {
  const folder = newFolder();
  const database = openSqlite(path.join(folder, "outbox.sqlite3"));
  for (const statements of MIGRATIONS.slice(0, version)) database.exec(statements);
  database.pragma(`user_version = ${version}`);
  const { hashes, rows, body } = batchOf("d", [ANN]);
  const { reading } = storedDelivery("d", { rows: 1, users: 1 });
  database
    .prepare(
      "INSERT INTO deliveries (id, started_at, host, environment, type, reading) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .run("d", 1, ENVIRONMENT.host, ENVIRONMENT.id, "user", JSON.stringify(reading));
  database
    .prepare("INSERT INTO batches (log, delivery, hashes, rows, body) VALUES (?, ?, ?, ?, ?)")
    .run(LOG, "d", Buffer.from(hashes.buffer), Buffer.from(rows.buffer), body);
  database.close();
  return folder;
}

it.each(MIGRATIONS.map((_statements, at) => at + 1))("from version %i", async (version) => {
  const { outbox, lines } = open(leftByVersion(version));
  expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  expect(await outbox.unfinished()).toMatchObject([{ id: "d", reading: { rows: 1 }, batchesLeft: 1 }]);
  const [batch] = await outbox.read(LOG, 0, 10);
  expect(usersOf(await outbox.body(batch?.position ?? 0))).toEqual([ANN]);
});
