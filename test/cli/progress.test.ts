/** What the bar of `send` and `demo` says on a terminal. */

import { PassThrough } from "node:stream";
import { MEGABYTES, type Progress, startProgress, type Unit, USERS } from "../../src/cli/progress";

let now: number;
let screen: PassThrough & { isTTY: boolean };
let progress: Progress;

beforeEach(() => {
  now = 0;
});

function start(total: number, unit: Unit = USERS, isTTY = true): void {
  screen = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY, columns: 200 });
  progress = startProgress("Sending", total, unit, { stream: screen, now: () => now });
}

function drawn(): string {
  return String(screen.read() ?? "");
}

it("says nothing of pace and time before it knows any", () => {
  start(50_000);
  progress.update(0);
  progress.stop();
  const text = drawn();
  expect(text).toContain("0% | 0 of 50,000 users");
  expect(text).not.toMatch(/left|users\/s/);
});

it("says how fast it goes and how long it takes still", () => {
  start(50_000);
  now = 100_000;
  progress.update(20_000);
  progress.stop();
  expect(drawn()).toContain("40% | 20,000 of 50,000 users | 200 users/s | 2 min 30 s left");
});

it("says how long it took", () => {
  start(3_000_000, MEGABYTES);
  now = 2000;
  progress.update(3_000_000);
  progress.stop();
  expect(drawn()).toContain("100% | 3 of 3 MB | 1.5 MB/s | in 2 s");
});

it("draws nothing where there is no terminal", () => {
  start(50_000, USERS, false);
  progress.update(20_000);
  progress.stop();
  expect(drawn()).toBe("");
});
