/** The pages as people use them, in a real browser. */

import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { startChromium } from "../helpers/chromium";
import { type HeldResult, heldResult } from "../helpers/held-result";
import { type MainJob, startMainJob } from "../helpers/main-job";
import { ADMIN } from "../helpers/page-visitor";
import { resultDocument } from "../helpers/result-document";
import { until } from "../helpers/until";

// A browser takes its time to start on a busy machine.
jest.setTimeout(120_000);

const ROWS = { rows: 60 };
const [REFUSED = ""] = expectedUsers(ROWS).keys();

/** A user whom Heap refuses, with no place in it where a line could break. */
const LONG = "x".repeat(200);
const LONG_RESULT = resultDocument({
  dimensions: [{ name: "users.email" }, { name: `users.${"y".repeat(90)}` }],
  rows: [{ "users.email": { value: LONG }, [`users.${"y".repeat(90)}`]: { value: "z".repeat(300) } }],
});

let browser: Browser | undefined;
let job: MainJob;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  job = await startMainJob({ ADMIN_TOKENS: ADMIN, SHUTDOWN_GRACE_SECONDS: "0" });
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  // A test that fails may leave a delivery under way: nothing waits for it.
  job.hub.drain();
  await job.close();
});

/** A page of a browser that has never been here; what goes wrong in it is in `errors`. */
async function newPage(
  of: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await of.newContext({ baseURL: job.hub.url, ...options });
  contexts.push(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(job.hub.url)) errors.push(`it asked for ${request.url()}`);
  });
  return { page, errors };
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/deliveries");
  await page.getByLabel("Administrator's token").fill(ADMIN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Deliveries", exact: true }).waitFor();
}

/** Delivers a result, one of whose users Heap refuses. @returns the link in the reply */
async function deliverWithReject(formParams = {}): Promise<string> {
  return deliver(generateResult(ROWS), formParams);
}

/** @returns the link in the reply */
async function deliver(document: string | Iterable<string>, formParams = {}): Promise<string> {
  job.heap.faults = {
    refuse: ({ identity }) => (identity === REFUSED || identity === LONG ? 400 : undefined),
  };
  const { outcome } = await job.execute({ downloadUrl: job.looker.offer(document), formParams });
  job.heap.faults = {};
  return / Details: (\S+)$/.exec(outcome?.message ?? "")?.[1] ?? "";
}

/** When a test fails, its hub may be closed before it has answered. */
function cutShort(): void {}

function startSlowDelivery(): { held: HeldResult; reply: Promise<unknown> } {
  const held = heldResult({ rows: 20_000 }, 20);
  const reply = job.execute({ title: "Slow one", downloadUrl: job.looker.offer(held.document) });
  return { held, reply: reply.catch(cutShort) };
}

async function figure(page: Page, name: string): Promise<number> {
  const text = await page.locator(".figure", { hasText: name }).locator("dd").textContent();
  return Number((text ?? "").replaceAll(",", ""));
}

it("signs in, and shows a delivery's numbers as they move, without loading the page again", async () => {
  if (!browser) return;
  const { held, reply } = startSlowDelivery();
  await until(() => job.heap.users("123").size > 0);
  const { page, errors } = await newPage(browser);
  await signIn(page);
  await page.getByRole("link", { name: "Slow one" }).click();
  await page.getByText("The result is being read").waitFor();
  await page.evaluate(() => Object.assign(window, { isSameDocument: true }));
  const before = await figure(page, "Users sent");
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(20_000);
  held.release();
  await reply;
  await page.locator("#outcome").getByText("Delivered").waitFor();
  expect(await figure(page, "Users sent")).toBe(20_000);
  expect(await page.evaluate(() => "isSameDocument" in window)).toBe(true);
  expect(errors).toEqual([]);
});

it("keeps the list up to date, and cancels a delivery only when asked twice", async () => {
  if (!browser) return;
  const { page, errors } = await newPage(browser);
  await signIn(page);
  await page.getByText("No deliveries yet").waitFor();
  const { held, reply } = startSlowDelivery();
  const link = page.getByRole("link", { name: "Slow one" });
  await link.waitFor();
  await link.click();
  const cancel = page.getByRole("button", { name: "Cancel this delivery" });
  expect(await cancel.isVisible()).toBe(false);
  await page.getByText("Cancel…").click();
  await cancel.click();
  await page.locator("#outcome").getByText("This delivery was cancelled").waitFor();
  held.release();
  await reply;
  expect(errors).toEqual([]);
});

it("downloads the rejects, and shows times in the reader's zone with the exact one on hover", async () => {
  if (!browser) return;
  const link = await deliverWithReject();
  const { page, errors } = await newPage(browser, { timezoneId: "Asia/Tokyo", locale: "en-GB" });
  await signIn(page);
  await page.goto(new URL(link).pathname);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download all as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^rejects-.*\.csv$/);
  expect(readFileSync(await download.path(), "utf8")).toContain(`1,${REFUSED},,Heap refused it,`);
  const started = page.locator(".facts time");
  const at = new Date((await started.getAttribute("datetime")) ?? "");
  const inTokyo = at.toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "Asia/Tokyo",
  });
  expect(await started.textContent()).toBe(inTokyo);
  expect(await started.getAttribute("title")).toMatch(/\d:\d\d:\d\d .*(GMT\+9|JST)/);
  expect(errors).toEqual([]);
});

it("shows nobody's data to whoever follows the reply's link in a private window", async () => {
  if (!browser) return;
  const link = await deliverWithReject();
  const { page, errors } = await newPage(browser);
  await page.goto(link);
  await page.getByText("Sent 59 users").waitFor();
  await page.locator("#live:not([hidden])").waitFor();
  expect(await page.content()).not.toContain("example.com");
  expect(await page.locator("form").count()).toBe(0);
  expect(errors).toEqual([]);
});

it("can be used without JavaScript", async () => {
  if (!browser) return;
  const link = await deliverWithReject();
  const { page } = await newPage(browser, { javaScriptEnabled: false });
  await signIn(page);
  await page.goto(new URL(link).pathname);
  expect(await page.locator(".facts time").textContent()).toMatch(/^\d+ \w+ \d{4}, \d\d:\d\d UTC$/);
  await page.getByRole("button", { name: "Send 1 rejected user again" }).click();
  await page.getByText("being sent again").waitFor();
  await until(() => job.heap.users("123").size === ROWS.rows);
});

describe("for everybody", () => {
  it.each<[string, BrowserContextOptions]>([
    ["in light", { colorScheme: "light" }],
    ["in the dark", { colorScheme: "dark" }],
    ["on a phone", { colorScheme: "light", viewport: { width: 320, height: 640 } }],
  ])("axe finds nothing wrong with any page %s", async (_how, options) => {
    if (!browser) return;
    const link = new URL(await deliverWithReject());
    await deliverWithReject({ dry_run: "yes" });
    await deliver(LONG_RESULT);
    job.heap.faults = { down: true };
    const reply = job.execute({ downloadUrl: job.looker.offer(generateResult(ROWS)) }).catch(cutShort);
    await until(() => job.hub.deliveries.length === 4);
    // axe is put into the page, which the pages' own rules do not let anybody do.
    const { page } = await newPage(browser, { ...options, bypassCSP: true });
    await page.goto("/deliveries/sign-in");
    expect(await problems(page)).toEqual([]);
    expect(await page.goto(link.href)).toBeTruthy();
    expect(await problems(page)).toEqual([]);
    await signIn(page);
    const [, dryRun, long, going] = job.hub.deliveries;
    const paths = ["", "?title=nothing", "/no-such-delivery", `/${dryRun}`, `/${long}`, `/${going}`];
    for (const path of [...paths.map((each) => `/deliveries${each}`), link.pathname]) {
      await page.goto(path);
      expect({ path, problems: await problems(page) }).toEqual({ path, problems: [] });
      const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect({ path, wider: Math.max(width, 0) }).toEqual({ path, wider: 0 });
    }
    await page.goto(`/deliveries/${going}`);
    await page.getByText("Cancel…").click();
    expect(await problems(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel this delivery" }).click();
    await reply;
  });
});

async function problems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .join(" ")
        .slice(0, 300)}`,
  );
}
