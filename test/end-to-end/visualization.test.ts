/** What the visualization of a query says of its columns, from the execute to Heap. */

import fc from "fast-check";
import { fixture } from "../helpers/fixture";
import { type MainJob, startMainJob } from "../helpers/main-job";

let job: MainJob;
beforeAll(async () => {
  job = await startMainJob({ HEAP_MAX_VALUE_LENGTH: "1023" }, { maxValueLength: 1023 });
});
afterAll(() => job.close());

let environments = 0;

const ANA = "ana@example.com";

/** @returns the reply's message, and the keys that Ana has in Heap then, which she had not before */
async function send(
  visConfig: unknown,
  formParams: Record<string, string> = {},
  document: string | Buffer = fixture("pivoted.json"),
): Promise<{
  success: boolean | undefined;
  message: string;
  keys: string[];
  values: Record<string, unknown>;
}> {
  // An environment of its own: what was sent before is not there.
  const env_id = String(++environments);
  const downloadUrl = job.looker.offer(document.toString());
  const { outcome } = await job.execute({
    downloadUrl,
    formParams: { env_id, ...formParams },
    query: { vis_config: visConfig },
  });
  expect(job.heap.violations).toEqual([]);
  const values: Record<string, unknown> = Object.fromEntries(job.heap.users(env_id).get(ANA) ?? []);
  return { success: outcome?.success, message: outcome?.message ?? "", keys: Object.keys(values), values };
}

const WEB = "2024-01|FIELD|web";
const SHOP = "2024-02|FIELD|shop";
const TOTAL = "$$$_row_total_$$$";

/** What Ana has values of. */
const ALL = ["Orders Count (2024-01, web)", "Orders Count (Total)", "Growth (2024-01, web)", "Rank"];

describe("what the visualization hides", () => {
  it.each<[string, unknown, string[]]>([
    ["nothing", {}, ALL],
    ["a pivot", { hidden_pivots: { [WEB]: { is_entire_pivot_hidden: true } } }, [ALL[1]!, ALL[3]!]],
    [
      "one measure of a pivot",
      { hidden_pivots: { [WEB]: { measure_names: ["growth"] } } },
      [ALL[0]!, ALL[1]!, ALL[3]!],
    ],
    [
      "the row total",
      { hidden_pivots: { [TOTAL]: { is_entire_pivot_hidden: true } } },
      [ALL[0]!, ALL[2]!, ALL[3]!],
    ],
    [
      "a pivot, a measure of another, the row total and a field",
      {
        hidden_fields: ["rank"],
        hidden_pivots: {
          [SHOP]: { is_entire_pivot_hidden: true },
          [WEB]: { measure_names: ["growth"] },
          [TOTAL]: { is_entire_pivot_hidden: true },
        },
      },
      [ALL[0]!],
    ],
    ["rows, and looks", { hidden_points_if_no: ["rank"], limit_displayed_rows: true, x_axis: null }, ALL],
  ])("is not sent: %s", async (_what, visConfig, keys) => {
    const reply = await send(visConfig);
    expect(reply.keys.sort()).toEqual([...keys].sort());
    expect(reply.success).toBe(true);
  });
});

it("names a property where the form asks for its name there", async () => {
  const series_labels = { "orders.count": "Orders", [`${WEB} - growth`]: "Growth in January", rank: 5 };
  const { keys } = await send({ series_labels }, { property_names: "visualization" });
  expect(keys).toContain("Rank");
  expect(keys.some((key) => key.startsWith("Orders"))).toBe(true);
});

it("hides nothing and breaks nothing, whatever else it holds", async () => {
  const list = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 2000 });
  const odd = fc.oneof(
    fc.jsonValue(),
    list,
    fc.constantFrom<unknown>("null", null, 0, -1, [], {}, [[]], { a: [{}] }),
  );
  const settings = fc.oneof(
    odd,
    fc.record({ hidden_fields: odd, hidden_pivots: odd, series_labels: odd }),
    fc.record({ hidden_pivots: fc.dictionary(fc.constantFrom(WEB, SHOP, TOTAL, "constructor"), odd) }),
  );
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.constantFrom("label", "visualization"),
      async (visConfig, property_names) => {
        // What happens to be well-formed may hide or name something.
        fc.pre(
          !/is_entire_pivot_hidden|measure_names|users\.|orders\.|growth|rank/.test(
            JSON.stringify(visConfig) ?? "",
          ),
        );
        const { keys, success } = await send(visConfig, { property_names });
        expect([keys.sort(), success]).toEqual([[...ALL].sort(), true]);
      },
    ),
    { numRuns: 40 },
  );
});

it("long texts and empty cells arrive as the settings and the form say", async () => {
  const row = {
    "users.email": { value: ANA },
    "users.long": { value: "x".repeat(1500) },
    "users.fits": { value: "y".repeat(1023) },
    "users.empty": { value: null },
  };
  const dimensions = Object.keys(row).map((name) => ({ name, label: name, label_short: name, tags: [] }));
  const fields = { dimensions, measures: [], table_calculations: [], pivots: [] };
  const document = JSON.stringify({ fields, data: [row] });
  const { values, message } = await send({}, { empty_cells: "clear" }, document);
  expect(values).toEqual({
    "users.long": "x".repeat(1023),
    "users.fits": "y".repeat(1023),
    "users.empty": "",
  });
  expect(message).toContain("1 value of users.long was longer than 1023 characters and was cut.");
  expect((await send({}, { empty_cells: "keep", long_values: "drop" }, document)).keys).toEqual([
    "users.fits",
  ]);
});
