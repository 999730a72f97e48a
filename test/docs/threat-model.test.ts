/** Each threat has a test that is there, and each package that ships its reason. */

import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT, readText } from "../helpers/repository";

const ROWS = [...readText("docs/threat-model.md").matchAll(/^\|(.*)\|(.*)\|(.*)\|(.*)\|$/gm)].slice(2);

it("finds the threats", () => {
  expect(ROWS.length).toBeGreaterThan(15);
});

it.each(ROWS.map(([, , what = "", , shown = ""]) => [what.trim(), shown]))(
  "%s is shown by what is there",
  (_what, shown) => {
    const files = [...shown.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  },
);

it("CONTRIBUTING.md has the reason of each package that ships, and of no other", () => {
  const { dependencies, optionalDependencies } = JSON.parse(readText("package.json"));
  const [, section = ""] = /^## What ships\n([\s\S]*?)(?=^## )/m.exec(readText("CONTRIBUTING.md")) ?? [];
  const listed = [...section.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys({ ...dependencies, ...optionalDependencies }).sort());
});
