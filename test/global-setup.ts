/** Builds the program once: some tests start it as a user does. */

import { execFileSync } from "node:child_process";
import path from "node:path";

export default function buildProgram(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: path.join(__dirname, ".."), stdio: "inherit" });
}
