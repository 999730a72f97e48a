/** The files of the project that are not code: read as whoever deploys it does. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Document, parseDocument } from "yaml";

export const ROOT = path.join(__dirname, "..", "..");

/** @param file from the top of the project */
export function readText(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

/** @throws YAMLParseError when the file is not YAML, or has a key twice */
export function readYaml(file: string): Document {
  const document = parseDocument(readText(file));
  for (const problem of [...document.errors, ...document.warnings]) throw problem;
  return document;
}

/** Files in a folder and its folders, from the top of the project. */
export function filesIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** The sections of a page, as GitHub names them in its address. */
export function sectionsOf(page: string): string[] {
  return [...readText(page).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}
