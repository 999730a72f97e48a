/** Where `actions.json` stands: at the top of the installation, beside `dist`. */

import { existsSync } from "node:fs";
import path from "node:path";

/** Two levels above this file as it is written, three above it as it is built. */
export const MANIFEST_FILE =
  ["../..", "../../.."]
    .map((top) => path.join(__dirname, top, "actions.json"))
    .find((file) => existsSync(file)) ?? "actions.json";
