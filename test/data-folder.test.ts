/** Nobody else reads what the hub keeps, whatever the umask was, and who made the folder. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { closeToOthers } from "../src/data-folder";
import { HubProcess } from "./helpers/hub-process";
import { collectLog } from "./helpers/log-lines";
import { tempFolders } from "./helpers/temp-folders";
import { until } from "./helpers/until";

const newFolder = tempFolders();
let hub: HubProcess | undefined;

afterEach(async () => {
  await hub?.kill();
  hub = undefined;
});

const modeOf = (file: string) => (statSync(file).mode & 0o7777).toString(8);

function modesIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(path.join(folder, name))]));
}

it.each(["fresh", "open"])("a hub with a umask of 0 on a %s folder", async (kind) => {
  const dataDir = path.join(newFolder(), "data");
  if (kind === "open") {
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, "action-hub-token"), "kept\n");
    execFileSync("chmod", ["-R", "a+rwX", dataDir]);
  }
  const before = process.umask(0);
  hub = HubProcess.start({ DATA_DIR: dataDir, ACTION_HUB_TOKENS: "", LOOKER_ALOWED_ORIGINS: "x" });
  process.umask(before);
  await hub.whenReady();
  expect(modeOf(dataDir)).toBe("700");
  const modes = modesIn(dataDir);
  expect(Object.keys(modes)).toEqual(
    expect.arrayContaining(["action-hub-token", "admin-token", "outbox.sqlite3", "outbox.sqlite3-wal"]),
  );
  expect(new Set(Object.values(modes))).toEqual(new Set(["600"]));
  // Written after it has said that it is ready.
  await until(() => hub?.logged("LOOKER_ALOWED_ORIGINS is no setting").length === 1);
});

it("leaves a folder for everybody's files open, and what is not the hub's alone", () => {
  const folder = newFolder();
  for (const name of ["outbox.sqlite3", "other"]) writeFileSync(path.join(folder, name), "");
  execFileSync("chmod", ["-R", "a+rwX", folder]);
  chmodSync(folder, 0o1777);
  closeToOthers(folder, collectLog().log);
  expect(modeOf(folder)).toBe("1777");
  expect(modesIn(folder)).toEqual({ "outbox.sqlite3": "600", other: "666" });
});

it("says so when it can't", () => {
  const { log, lines } = collectLog();
  closeToOthers(path.join(newFolder(), "none"), log);
  expect(lines.map(({ msg }) => msg)).toEqual([
    "the data folder can't be closed to others (ENOENT): see to its permissions",
  ]);
});
