/** What an older version of the hub left is taken up by this one. */

import path from "node:path";
import { openSqlite } from "../../../src/outbox/sqlite/driver";
import { MIGRATIONS } from "../../../src/outbox/sqlite/schema";
import { batchOf, ENVIRONMENT, LOG, newDelivery, usersInLog } from "../../helpers/new-delivery";
import { outboxes } from "../../helpers/open-outbox";
import { tempFolders } from "../../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

const RERUN = { of: "before", times: 1, as: "Ada", rows: 5, problem: "it was cut off" };
const ASKED = { dryRun: false, longValues: "drop", sync: "changed", rerun: RERUN };
const READ = {
  ...{ rows: 1, users: 1, unchanged: 0, skippedNoIdentity: 0, skippedNoProperties: 0, rejected: 0 },
  ...{ rejects: [], longValueCounts: {}, columns: [] },
};
const END = { problem: "it was cut off", truncated: false, messages: ["a note"] };
const REST = { end: END, source: "{}", toldSuccess: true };
const NEWER = {
  ...{ asked: JSON.stringify(ASKED), read: JSON.stringify(READ), ended: JSON.stringify(END) },
  ...{ source: "{}", told: 1 },
};

const ANN = { identity: "ann@example.com", properties: { Visits: 1 } };

/** A folder as a hub left it whose database was at a version: a delivery with a batch that waits. */
function leftByVersion(version: number): string {
  const folder = newFolder();
  const database = openSqlite(path.join(folder, "outbox.sqlite3"));
  for (const statements of MIGRATIONS.slice(0, version)) database.exec(statements);
  database.pragma(`user_version = ${version}`);
  const { hashes, rows, body } = batchOf("d", [ANN]);
  const row = { id: "d", started_at: 1, host: ENVIRONMENT.host, environment: ENVIRONMENT.id, type: "user" };
  const parts = version < 3 ? { reading: JSON.stringify({ ...ASKED, ...READ, ...REST }) } : NEWER;
  const columns = { ...row, ...parts };
  const names = Object.keys(columns);
  database
    .prepare(`INSERT INTO deliveries (${names.join()}) VALUES (${names.map(() => "?").join()})`)
    .run(...Object.values(columns));
  database
    .prepare("INSERT INTO batches (log, delivery, hashes, rows, body) VALUES (?, ?, ?, ?, ?)")
    .run(LOG, "d", Buffer.from(hashes.buffer), Buffer.from(rows.buffer), body);
  database.close();
  return folder;
}

it.each(MIGRATIONS.map((_statements, at) => at + 1))("from version %i", async (version) => {
  const { outbox, lines } = open(leftByVersion(version));
  expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  const report = { asked: ASKED, read: READ, end: END, toldSuccess: true };
  expect(await outbox.records.unfinished()).toMatchObject([{ id: "d", source: "{}", report }]);
  expect(await usersInLog(outbox)).toEqual([[ANN]]);
});

it.each([
  ["one that something was delivered to", { outcome: "delivered", sent: 1 }, undefined],
  ["one that nothing was sent to", { outcome: "delivered", sent: 0 }, true],
  ["one whose delivery failed", { outcome: "failed", sent: 1 }, true],
])("from version 2, what is known of environments: %s", async (_what, { outcome, sent }, isNew) => {
  const folder = leftByVersion(2);
  const database = openSqlite(path.join(folder, "outbox.sqlite3"));
  database.prepare("UPDATE deliveries SET finished_at = 2, outcome = ?, sent = ?").run(outcome, sent);
  database.exec("DELETE FROM batches");
  database.close();
  const { outbox } = open(folder);
  await outbox.intake.begin(newDelivery("later"));
  expect((await outbox.records.get("later"))?.report.isNewEnvironment).toBe(isNew);
});
