/** A real browser, for tests of what only a browser does. */

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian's package `chromium` puts it. */
const CHROMIUM = "/usr/bin/chromium";

/** @returns undefined where there is none, said on standard error; in CI that is a failure */
export async function startChromium(): Promise<Browser | undefined> {
  if (!existsSync(CHROMIUM) && process.env["CI"] !== "true") {
    process.stderr.write(`SKIPPED, there is no ${CHROMIUM} here: the pages are not tested in a browser\n`);
    return undefined;
  }
  // Root, as in a container, has no sandbox.
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}
