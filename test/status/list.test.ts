/** The list of deliveries, as a page and as JSON. */

import { generateResult } from "../../stand-ins/looker";
import { type MainJob, startMainJob } from "../helpers/main-job";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { TOKEN } from "../helpers/running-hub";

let job: MainJob;
let visitor: PageVisitor;

beforeEach(async () => {
  job = await startMainJob({ ADMIN_TOKENS: ADMIN, HEAP_ENVIRONMENTS: "Production=123,Test=456" });
  visitor = await PageVisitor.signedIn(job.hub);
});

afterEach(() => job.close());

async function deliver(
  title: string,
  environment = "123",
  looker = "main.looker.com",
  more = {},
): Promise<void> {
  const client = job.looker.hub({ url: job.hub.url, token: TOKEN, instance: looker });
  await client.execute(`${job.hub.url}/actions/heap/execute`, {
    title,
    downloadUrl: job.looker.offer(generateResult({ rows: 3 })),
    formParams: { env_id: environment, property_type: "user", heap_field: "users.email", ...more },
  });
}

/** The titles on a page, in their order. */
async function titles(query = ""): Promise<string[]> {
  const { text } = await visitor.get(`/deliveries${query}`);
  return [...text.matchAll(/class="row-link"[^>]*>([^<]*)</g)].map(([, title = ""]) => title);
}

it("says what to expect while there is none", async () => {
  expect((await visitor.get("/deliveries")).text).toContain("No deliveries yet");
});

it("shows the newest first, and of each what it is and what became of it", async () => {
  await deliver("First");
  await deliver("Second");
  expect(await titles()).toEqual(["Second", "First"]);
  const { text } = await visitor.get("/deliveries");
  expect(text).toContain("Production (123)");
  expect(text).toContain("main.looker.com");
  expect(text).toContain("Delivered");
  expect(text).toContain("3 users sent");
});

it("finds by title in any casing, by Looker, environment and outcome, and all of them together", async () => {
  await deliver("Überblick Größe", "123", "one.looker.com");
  await deliver("Überblick 100% done", "456", "two.looker.com");
  await deliver("Trial run", "123", "two.looker.com", { dry_run: "yes" });
  await deliver("Misfit", "123", "one.looker.com", { heap_field: "no such column" });
  expect(await titles(`?title=${encodeURIComponent("ÜBERBLICK GRÖ")}`)).toEqual(["Überblick Größe"]);
  expect(await titles(`?title=${encodeURIComponent("0% d")}`)).toEqual(["Überblick 100% done"]);
  expect(await titles("?title=%25")).toEqual(["Überblick 100% done"]);
  expect(await titles("?looker=two.looker.com")).toEqual(["Trial run", "Überblick 100% done"]);
  expect(await titles("?environment=456")).toEqual(["Überblick 100% done"]);
  expect(await titles("?outcome=dry+run")).toEqual(["Trial run"]);
  expect(await titles("?outcome=refused")).toEqual(["Misfit"]);
  expect(await titles("?outcome=delivered&looker=one.looker.com&title=&environment=")).toEqual([
    "Überblick Größe",
  ]);
  expect((await visitor.get("/deliveries?title=nowhere")).text).toContain("Nothing found");
});

it("shows what somebody else has written as text", async () => {
  await deliver("<script>alert(1)</script>");
  const { text } = await visitor.get(`/deliveries?title=${encodeURIComponent('"><img src=x>')}`);
  expect(text).not.toContain("<img src=x");
  const list = await visitor.get("/deliveries");
  expect(list.text).not.toContain("<script>alert");
  expect(list.text).toContain("&lt;script>alert(1)");
});

it("goes from page to page, and keeps the search on the way", async () => {
  for (let at = 1; at <= 26; at++) await deliver(`Number ${at}`);
  await deliver("Another");
  const first = await visitor.get("/deliveries?title=number");
  expect(first.text).toContain("1–25 of 26");
  expect(first.text).toContain('rel="next" href="/deliveries?title=number&amp;page=2"');
  expect(first.text).not.toContain('rel="prev"');
  expect(await titles("?title=number&page=2")).toEqual(["Number 1"]);
  const second = await visitor.get("/deliveries?title=number&page=2");
  expect(second.text).toContain("26–26 of 26");
  expect(second.text).toContain('rel="prev" href="/deliveries?title=number"');
  expect(second.text).not.toContain('rel="next"');
});

it("is there for scripts too", async () => {
  await deliver("For scripts");
  const headers = { accept: "application/json", authorization: `Token token="${ADMIN}"` };
  const { status, text } = await new PageVisitor(job.hub).get("/deliveries", headers);
  expect(status).toBe(200);
  const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(JSON.parse(text)).toEqual({
    total: 1,
    deliveries: [
      {
        id: job.hub.deliveries[0],
        title: "For scripts",
        looker: "main.looker.com",
        webhook: expect.any(String),
        environment: "123",
        type: "user",
        dryRun: false,
        startedAt: isTime,
        finishedAt: isTime,
        outcome: "delivered",
        rows: 3,
        users: 3,
        sent: 3,
        unchanged: 0,
        skipped: 0,
        rejected: 0,
        waiting: 0,
        dropped: 0,
        facts: [{ code: "sent", text: "Sent 3 users to Heap environment Production (123)." }],
      },
    ],
  });
});

it("refuses scripts without an administrator's token, as JSON", async () => {
  const stranger = new PageVisitor(job.hub);
  for (const authorization of [`Token token="${TOKEN}"`, "Token", ""]) {
    const { status, text } = await stranger.get("/deliveries", { accept: "application/json", authorization });
    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({ error: expect.stringContaining("ADMIN_TOKENS") });
  }
});
