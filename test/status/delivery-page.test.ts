/** The page of one delivery: what an administrator sees, and what whoever has its link does. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { type MainJob, startMainJob } from "../helpers/main-job";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { until } from "../helpers/until";

const ROWS = { rows: 40 };
const [REFUSED = ""] = expectedUsers(ROWS).keys();

let job: MainJob;
let visitor: PageVisitor;

beforeEach(async () => {
  job = await startMainJob({ ADMIN_TOKENS: ADMIN });
  visitor = await PageVisitor.signedIn(job.hub);
});

afterEach(() => job.close());

/** Delivers a result, one of whose users Heap refuses and says why. @returns the link in the reply */
async function deliver(formParams = {}): Promise<URL> {
  job.heap.faults = { refuse: ({ identity }) => (identity === REFUSED ? 400 : undefined) };
  const { outcome } = await job.execute({ downloadUrl: job.looker.offer(generateResult(ROWS)), formParams });
  job.heap.faults = {};
  const [, link = ""] = / Details: (\S+)$/.exec(outcome?.message ?? "") ?? [];
  return new URL(link);
}

function open(link: URL, key = link.searchParams.get("key") ?? "") {
  return new PageVisitor(job.hub).get(`${link.pathname}?key=${encodeURIComponent(key)}`);
}

describe("the link in the reply", () => {
  it("opens the delivery without a sign-in, and shows counts but nobody's data", async () => {
    const { status, text, headers } = await open(await deliver());
    expect(status).toBe(200);
    expect(text).toContain("<p>Sent 39 users to Heap environment 123.</p><p>1 row was rejected.</p>");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    for (const identity of expectedUsers(ROWS).keys()) expect(text).not.toContain(identity);
    // Neither what Heap said, nor anything to do.
    for (const hidden of ["record 0", "rejects.csv", "<form", "send-again"])
      expect(text).not.toContain(hidden);
  });

  it("shows nothing of the preview of a dry run", async () => {
    const link = await deliver({ dry_run: "yes" });
    expect((await visitor.get(link.pathname)).text).toMatch(/<pre>.*@example\.com/);
    expect((await open(link)).text).not.toContain("example.com");
  });

  it("keeps up to date, with nobody's data either", async () => {
    const link = await deliver();
    const parts = await firstEvent(`${link.pathname}/events${link.search}`);
    expect(parts["outcome"]).toContain("Sent 39 users");
    expect(JSON.stringify(parts)).not.toContain("example.com");
  });

  it("opens with its own key alone, and does not say whether there is such a delivery", async () => {
    const link = await deliver();
    const other = await deliver();
    const wrong = await open(link, other.searchParams.get("key") ?? "");
    const missing = await open(new URL("/deliveries/no-such-delivery?key=x", link));
    expect(wrong.status).toBe(404);
    expect(missing).toMatchObject({ status: 404, text: wrong.text });
    expect((await open(link, "")).status).toBe(404);
    expect((await new PageVisitor(job.hub).get(`${link.pathname}/events?key=x`)).status).toBe(404);
  });

  it("opens neither the rejects nor the list, and does nothing", async () => {
    const { pathname, search } = await deliver();
    const guest = new PageVisitor(job.hub);
    expect((await guest.get(`${pathname}/rejects.csv${search}`)).status).toBe(303);
    expect((await guest.get(`/deliveries${search}`)).status).toBe(303);
    expect((await guest.post(`${pathname}/send-again${search}`, {})).status).toBe(303);
  });

  it("leads administrators to the whole page, and leaves the key behind", async () => {
    const link = await deliver();
    const { status, headers } = await visitor.get(link.pathname + link.search);
    expect(status).toBe(303);
    expect(headers.get("location")).toBe(link.pathname);
  });

  it("is not there when the form was wrong", async () => {
    const { outcome } = await job.execute({
      downloadUrl: job.looker.offer(generateResult(ROWS)),
      formParams: { heap_field: "nothing" },
    });
    expect(outcome?.message).not.toContain("Details");
  });
});

describe("an administrator", () => {
  it("sees what was rejected and what Heap said, and sends it again", async () => {
    const { pathname } = await deliver();
    const { text } = await visitor.get(pathname);
    expect(text).toContain(REFUSED);
    expect(text).toContain("Heap answered 400 to a single record: it was rejected.");
    const sent = await visitor.send(pathname, "send-again");
    expect(sent.headers.get("location")).toBe(`${pathname}?done=send-again`);
    await until(() => job.heap.users("123").size === ROWS.rows);
    expect((await visitor.get(`${pathname}?done=send-again`)).text).toContain("being sent again");
  });

  it("sees which column becomes which property, and how many values were cut", async () => {
    const { pathname } = await deliver();
    const { text } = await visitor.get(pathname);
    expect(text).toContain("9 of 10 become properties.");
    expect(text).toMatch(/Users Email<code class="sub">users.email<\/code>.*?identity/);
  });

  it("does nothing with a form that is not from the page", async () => {
    const { pathname } = await deliver();
    const refused = await visitor.post(`${pathname}/send-again`, { form_token: "guessed" });
    expect(refused.status).toBe(403);
    const { text } = await visitor.get(pathname);
    const [, token = ""] = /name="form_token" value="([^"]+)"/.exec(text) ?? [];
    const headers = { origin: "https://evil.example.com" };
    expect((await visitor.post(`${pathname}/send-again`, { form_token: token }, headers)).status).toBe(403);
    expect(job.heap.users("123").size).toBe(ROWS.rows - 1);
  });

  it("downloads all rejects as CSV", async () => {
    const { pathname } = await deliver();
    const { text, headers } = await visitor.get(`${pathname}/rejects.csv`);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename="rejects-[\w-]+\.csv"$/);
    expect(text.split("\r\n")).toEqual([
      "row,identity,column,reason,Heap's answer",
      `1,${REFUSED},,Heap refused it,"400: {""error"":""record 0: refused""}"`,
      "",
    ]);
  });
});

/** The parts of a page that its stream begins with. */
async function firstEvent(path: string): Promise<Record<string, string>> {
  const response = await fetch(job.hub.url + path);
  let text = "";
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString();
    const [, data] = /^data: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error("the stream ended");
}
