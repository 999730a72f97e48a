/** What the pages point at is there. */

import { existsSync } from "node:fs";
import path from "node:path";
import { filesIn, ROOT, readText, sectionsOf } from "../helpers/repository";

const PAGES = ["README.md", "CONTRIBUTING.md", ...filesIn("docs").filter((file) => file.endsWith(".md"))];

function isThere(file: string): boolean {
  return existsSync(path.join(ROOT, file));
}

it.each(PAGES)("%s links only to files and sections that are there", (page) => {
  const links = [...readText(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const missing = links
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [file = "", section] = link.split("#");
      const target = file === "" ? page : path.join(path.dirname(page), file);
      return !isThere(target) || (section !== undefined && !sectionsOf(target).includes(section));
    });
  expect(missing).toEqual([]);
});

it.each(PAGES)("%s names only files that are there", (page) => {
  const named = [
    ...readText(page).matchAll(/`((?:docs|deploy|src|test|bench)\/[^`\s*…]+|[A-Z]+\.md|compose\.yaml)`/g),
  ];
  expect(named.map(([, file = ""]) => file).filter((file) => !isThere(file))).toEqual([]);
});

it("README.md leads to every page", () => {
  const links = [...readText("README.md").matchAll(/\]\((docs\/[^)#\s]+\.md)\)/g)].map(([, link]) => link);
  expect(links).toEqual(expect.arrayContaining(filesIn("docs").filter((file) => file.endsWith(".md"))));
});
