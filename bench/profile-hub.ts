/** Takes a profile of the hub while it delivers a result. */

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ValueCheck } from "./check-values";
import { resultOptions, userCount } from "./dataset";
import { profileTable } from "./profile-table";
import { FILE, runHub, type Scenario } from "./scenario";
import { writeDocument } from "./write-document";

/**
 * @param folder for what is written; emptied before. The profile stays there
 * @returns the table of functions, as Markdown, and the profile's file
 */
export async function profileHub(
  scenario: Scenario,
  folder: string,
): Promise<{ table: string; file: string }> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = resultOptions(scenario);
  writeDocument(path.join(folder, FILE), options);
  await runHub(scenario, folder, new ValueCheck(userCount(scenario), [options]), [
    "--cpu-prof",
    `--cpu-prof-dir=${folder}`,
  ]);
  const name = readdirSync(folder).find((each) => each.endsWith(".cpuprofile"));
  if (name === undefined) throw new Error("the hub wrote no profile");
  const file = path.join(folder, name);
  return { table: profileTable(file), file };
}
