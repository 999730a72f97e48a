// Looks at the packages that ship: licences that may be, and install scripts that are known, each with its reason.
import { readFileSync } from "node:fs";

/** Licences that ask for no more than to be named. */
const ALLOWED = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "BlueOak-1.0.0",
  "Unlicense",
]);
const ALLOWED_CHOICES = new Set(["(MIT OR WTFPL)", "(BSD-2-Clause OR MIT OR Apache-2.0)"]);

/** Package → why it has an install script. None of them runs (`.npmrc`). */
const INSTALL_SCRIPTS = {
  "better-sqlite3":
    "compiles SQLite where no binary is inside; there is one for each platform that is supported",
  "better-sqlite3-12": "the same on Node.js 20, where `npm run build` compiles it",
};

const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const problems = [];
let shipped = 0;
for (const [place, { dev, license, hasInstallScript }] of Object.entries(packages)) {
  if (place === "" || dev) continue;
  shipped++;
  const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  if (!ALLOWED.has(license) && !ALLOWED_CHOICES.has(license))
    problems.push(`${name} has the licence ${license}`);
  if (hasInstallScript && !(name in INSTALL_SCRIPTS)) problems.push(`${name} has an install script`);
}
for (const [name, why] of Object.entries(INSTALL_SCRIPTS))
  process.stdout.write(`install script of ${name}: ${why}\n`);
process.stdout.write(`${shipped} packages ship\n`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
