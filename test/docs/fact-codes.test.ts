/** The page that scripts go by names every code there is, and no other. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { FACT_CODES } from "../../src/report/describe";
import { ROOT } from "../helpers/repository";

it("names every code of a fact", () => {
  const page = readFileSync(path.join(ROOT, "docs/operations.md"), "utf8");
  const [, table = ""] = /\n## Scripts\n([\s\S]*?)\n## /.exec(page) ?? [];
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code),
  );
  expect(named.toSorted()).toEqual([...FACT_CODES].toSorted());
});
