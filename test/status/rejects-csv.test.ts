import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Reject } from "../../src/batches";
import { rejectsCsv } from "../../src/status/rejects-csv";

async function rowsOf(...rejects: Reject[]): Promise<string[]> {
  const [, ...rows] = (await text(rejectsCsv(Readable.from(rejects)))).split("\r\n");
  return rows.slice(0, -1);
}

it("says of each reject its row, identity, column and reason", async () => {
  const reject = {
    row: 7,
    identity: "ann@example.com",
    column: "Users Email",
    reason: "the identity is a list",
  };
  expect(await rowsOf(reject)).toEqual(["7,ann@example.com,Users Email,the identity is a list,"]);
});

it("tells Heap's answer apart from the reason", async () => {
  expect(await rowsOf({ row: 7, identity: "ann", reason: 'Heap answered 400: {"error":"no"}' })).toEqual([
    '7,ann,,Heap refused it,"400: {""error"":""no""}"',
  ]);
});

it("lets no cell be a formula", async () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r"]) {
    const [row = ""] = await rowsOf({ row: 1, identity: `${start}cmd|' /C calc'!A0`, reason: "no" });
    expect(row).toMatch(/^1,"?'[=+\-@\t\r]cmd/);
  }
});

it("keeps separators, quotes and line breaks within their cell", async () => {
  expect(await rowsOf({ row: 1, identity: 'a,"b"', reason: "first\nsecond" })).toEqual([
    '1,"a,""b""",,"first\nsecond",',
  ]);
});

it("reads on only as fast as it is written", async () => {
  let read = 0;
  function* many(): Generator<Reject> {
    for (; read < 100_000; read++) yield { row: read, reason: "no" };
  }
  const csv = rejectsCsv(Readable.from(many()));
  await new Promise((resolve) => csv.once("readable", resolve));
  expect(read).toBeLessThan(10_000);
  csv.destroy();
});

it("is a file of nothing but its heading when there is none", async () => {
  expect(await text(rejectsCsv(Readable.from([])))).toMatch(
    /^\uFEFF?row,identity,column,reason,Heap's answer\r\n$/,
  );
});
