/** Part of `npm run build`: compiles SQLite's driver, once, for the Node.js that needs it. */

import { spawnSync } from "node:child_process";
import path from "node:path";
import { isCompiled, loadDriver } from "./driver";

try {
  loadDriver();
} catch (error) {
  if (!isCompiled()) throw error;
  process.stderr.write("SQLite is compiled for this Node.js, which takes some minutes.\n");
  const { stdout, stderr, status } = spawnSync("npm", ["run", "install"], {
    cwd: path.dirname(require.resolve("better-sqlite3-12/package.json")),
    encoding: "utf8",
  });
  // What compilers have to say is long, and matters when they fail.
  if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
  loadDriver();
}
