/** Reads a whole document kept under test/fixtures. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export function fixture(name: string): Buffer {
  return readFileSync(join(__dirname, "..", "fixtures", name));
}
