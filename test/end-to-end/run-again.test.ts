/** A result that is not whole is had again over Looker's API, when that is wanted, and delivered to its end. */

import { type ExecuteReply, expectedUsers, generateResult } from "../../stand-ins/looker";
import type { ApiUser, LookerInstance, StoredQuery } from "../../stand-ins/looker/api/instance";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { ReadMetrics } from "../helpers/read-metrics";

const ROWS = { rows: 3000 };

let job: MainJob;
let query: StoredQuery;

afterEach(async () => job.close());

/** A hub that may ask the stand-in Looker again, and a query in it. */
async function start(
  rerun: "yes" | "no" = "yes",
  permissions?: ApiUser["permissions"],
): Promise<LookerInstance> {
  job = await startMainJob(({ instance, url }) => {
    const { clientId, clientSecret } = instance.addUser("Ada Admin", permissions);
    return {
      ADMIN_TOKENS: ADMIN,
      LOOKER_RERUN: rerun,
      LOOKERSDK_BASE_URL: url,
      LOOKERSDK_CLIENT_ID: clientId,
      LOOKERSDK_CLIENT_SECRET: clientSecret,
    };
  });
  const { instance } = job.looker;
  query = instance.addQuery(() => generateResult(ROWS));
  return instance;
}

/** Looker's download breaks off after so many bytes; what Looker says of the query is as it is unless said otherwise. */
function brokenOff(
  cutAfterBytes: number,
  said: Readonly<Record<string, unknown>> = {},
  document: () => Iterable<string> = () => generateResult(ROWS),
): Promise<ExecuteReply> {
  const { result: _result, ...shown } = query;
  return job.execute({
    downloadUrl: job.looker.offer(document(), { cutAfterBytes }),
    query: { ...shown, ...said },
  });
}

const HALF = 400_000;

it("runs the query again from the start, and says whose eyes it was seen with", async () => {
  await start();
  const { outcome } = await brokenOff(HALF);
  expect(outcome).toMatchObject({ success: true });
  expect(outcome?.message).toMatch(
    /^Looker's result was not read to its end the first time, interrupted after 1,\d{3} rows: .+\. The query was run again over Looker's API, as Ada Admin\. Sent 3,000 users to Heap environment 123\. This hub has not sent to Heap environment 123 before, .+\. Details: \S+$/,
  );
  expect(job.heap.users(ENVIRONMENT)).toEqual(expectedUsers(ROWS));
  expect(job.hub.deliveries).toHaveLength(2);
});

it("counts the delivery that was broken off neither as delivered nor as failed, and leads from each to the other", async () => {
  await start();
  await brokenOff(HALF);
  const visitor = await PageVisitor.signedIn(job.hub);
  const [first, second] = job.hub.deliveries;
  const { text } = await visitor.get(`/deliveries/${first}`);
  expect(text).toMatch(/<span class="badge quiet">Run again<\/span>/);
  expect(text).toContain("The query was run again over Looker's API, as a delivery of its own.");
  expect(text).not.toContain("Send it again from Looker");
  expect(text).toContain(`href="/deliveries/${second}"`);
  expect((await visitor.get(`/deliveries/${second}`)).text).toContain(`href="/deliveries/${first}"`);
  const metrics = await ReadMetrics.of(job.hub);
  expect(metrics.value("deliveries_total", { outcome: "failed" })).toBe(0);
  expect(metrics.value("deliveries_total", { outcome: "run_again" })).toBe(1);
});

it("does so for a download that was used up already", async () => {
  await start();
  const { result: _result, ...shown } = query;
  const { outcome } = await job.execute({ downloadUrl: `${job.looker.url}/render/gone`, query: shown });
  expect(outcome?.success).toBe(true);
  expect(outcome?.message).toContain("interrupted after 0 rows: Looker answered 404 to the download");
  expect(job.heap.users(ENVIRONMENT)).toEqual(expectedUsers(ROWS));
});

it("asks for the format without a row limit where the API has it", async () => {
  const instance = await start();
  await brokenOff(HALF);
  instance.runFormats = ["json_detail_lite_stream", "json_detail"];
  await brokenOff(HALF);
  expect(instance.runs).toMatchObject([
    { format: "json_detail", limit: undefined },
    { format: "json_detail_lite_stream", limit: undefined },
  ]);
});

it("asks for all rows when the schedule does", async () => {
  const instance = await start();
  const plan = { id: "77", user_id: "1", query_id: query.id, send_all_results: true };
  instance.plans.push(plan);
  const { result: _result, ...shown } = query;
  await job.execute({
    downloadUrl: job.looker.offer(generateResult(ROWS), { cutAfterBytes: HALF }),
    query: shown,
    plan: { scheduled_plan_id: "77" },
  });
  expect(instance.runs).toMatchObject([{ query: query.id, limit: "-1" }]);
});

it("leaves Heap as it is to be with changed only, too", async () => {
  await start();
  const { result: _result, ...shown } = query;
  const { outcome } = await job.execute({
    downloadUrl: job.looker.offer(generateResult(ROWS), { cutAfterBytes: HALF }),
    query: shown,
    formParams: { sync: "changed" },
  });
  expect(outcome?.success).toBe(true);
  expect(job.heap.users(ENVIRONMENT)).toEqual(expectedUsers(ROWS));
});

describe("is a failure that says what was sent", () => {
  it.each([
    [
      "that is another in this Looker",
      { view: "orders" },
      /query \d+ is another one in the Looker of LOOKERSDK_BASE_URL/,
    ],
    ["that Looker does not know any more", { id: "999" }, /Looker answered 404 \(Not found\)/],
  ])("for a query %s", async (_which, said, why) => {
    await start();
    const { outcome } = await brokenOff(HALF, said);
    expect(outcome?.success).toBe(false);
    expect(outcome?.message).toMatch(
      /interrupted after 1,\d{3} rows: .+; the query could not be run again: /,
    );
    expect(outcome?.message).toMatch(why);
    expect(outcome?.message).toMatch(/Sent 1,\d{3} users to Heap environment 123\./);
    expect(job.hub.deliveries).toHaveLength(1);
  });

  it("for a user that may not run it", async () => {
    await start("yes", ["see_looks"]);
    const { outcome } = await brokenOff(HALF);
    expect(outcome?.message).toContain("could not be run again: Looker answered 403 (Permission denied)");
  });

  it("when it can't be run, repeating what Looker says, but not to whoever has the link", async () => {
    const instance = await start();
    instance.runFormats = [];
    const { outcome } = await brokenOff(HALF);
    expect(outcome?.message).toContain(
      "interrupted after 0 rows: Looker answered 422 (Validation Failed; result_format: json_detail is not a format).",
    );
    expect(outcome?.message).toMatch(/The first time, 1,\d{3} were sent\./);
    const [, link = ""] = / Details: (\S+)$/.exec(outcome?.message ?? "") ?? [];
    const page = await (await fetch(link)).text();
    expect(page).toContain("interrupted after 0 rows: Looker answered 422.");
    expect(page).not.toContain("Validation Failed");
  });

  it("when what comes again has fewer rows than were read before", async () => {
    await start();
    query.result = () => generateResult({ rows: 10 });
    const { outcome } = await brokenOff(HALF);
    expect(outcome?.success).toBe(false);
    expect(outcome?.message).toMatch(
      /interrupted after 10 rows: it has 10 rows now, and 1,\d{3} had been read before\./,
    );
    expect(outcome?.message).toMatch(/The first time, 1,\d{3} were sent\. Details: \S+$/);
  });

  it("when what comes again is not whole either: it is not had a third time", async () => {
    await start();
    query.result = () => [...generateResult(ROWS)].join("").slice(0, -1);
    const { outcome } = await brokenOff(HALF);
    expect(outcome?.success).toBe(false);
    expect(outcome?.message).toContain(
      "interrupted after 3,000 rows: it breaks off before its closing brace",
    );
    expect(job.hub.deliveries).toHaveLength(2);
  });
});

it("leaves a result as it is that Looker pushed, or that fails by an error of the form", async () => {
  await start();
  const { outcome } = await job.execute({
    attachment: { mimetype: "application/json", extension: "json", data: "{" },
  });
  expect(outcome?.success).toBe(false);
  expect(job.hub.deliveries).toHaveLength(1);
});

it("does nothing of it unless that is wanted, and says what to do", async () => {
  await start("no");
  const { outcome } = await brokenOff(HALF);
  expect(outcome?.success).toBe(false);
  expect(outcome?.message).toMatch(
    /Sent 1,\d{3} users to Heap environment 123\. This hub has not sent to Heap environment 123 before, .+: check that the users show up there\. Send it again from Looker: what is sent twice does no harm\. Details: \S+$/,
  );
  expect(job.hub.deliveries).toHaveLength(1);
});
