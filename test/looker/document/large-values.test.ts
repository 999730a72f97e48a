/** Holds the decoder to its limits: what is too large costs its row, never its neighbours, and no memory. */

import { UserError } from "../../../src/errors";
import { DocumentDecoder } from "../../../src/looker/document";
import { byteByByte, splitAt, writeAll } from "../../helpers/chunks";
import { CollectingReader } from "../../helpers/collecting-reader";
import { decode, decodeBroken } from "../../helpers/decode";
import { resultDocument, resultOfCells } from "../../helpers/result-document";

const MIB = 1024 * 1024;
const TOO_LARGE = "a cell is larger than 1 MiB";
const TOO_DEEP = "a cell is nested deeper than 100 levels";

/** What is wrong with each of the rows whose cells these are. */
function problemsOf(...cells: readonly string[]): (string | undefined)[] {
  return decode(resultOfCells(...cells)).reader.rows.map((row) => row.problem);
}

function textOf(bytes: number): string {
  return `"${"x".repeat(bytes - 2)}"`;
}

function listOf(bytes: number): string {
  return `[${textOf(bytes - 2)}]`;
}

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

function objects(levels: number): string {
  return `${'{"a":'.repeat(levels)}0${"}".repeat(levels)}`;
}

describe("a cell of 30 MB", () => {
  const [before, after] = resultOfCells('{"value":"a"}', '{"value":"HERE"}', '{"value":"b"}').split("HERE");
  const reader = new CollectingReader();
  const decoder = new DocumentDecoder(reader);
  let mostMemory = 0;

  beforeAll(() => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const atFirst = memoryInUse();
    decoder.write(Buffer.from(before ?? ""));
    for (let written = 0; written < 30e6; written += chunk.length) {
      decoder.write(chunk);
      mostMemory = Math.max(mostMemory, memoryInUse() - atFirst);
    }
    decoder.write(Buffer.from(after ?? ""));
    decoder.end();
  });

  function memoryInUse(): number {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }

  it("makes its row a reject, while the neighbours come through", () => {
    expect(reader.rows.map(({ number, problem }) => [number, problem])).toEqual([
      [1, undefined],
      [2, TOO_LARGE],
      [3, undefined],
    ]);
    expect(reader.rows[2]?.cells).toEqual({ "users.value": '"b"' });
  });

  it("takes no memory of its size", () => {
    expect(mostMemory).toBeLessThan(8e6);
  });

  it("costs nothing where it is not the value", () => {
    const html = textOf(3 * MIB);
    expect(problemsOf(`{"html":${html},"value":1,"links":[${html}]}`)).toEqual([undefined]);
  });
});

describe("a cell of more than 1 MiB", () => {
  it.each([
    ["text", textOf],
    ["list", listOf],
    ["number", (bytes: number) => "9".repeat(bytes)],
    ["object", (bytes: number) => `{"a":${textOf(bytes - 6)}}`],
    ["list of white space", (bytes: number) => `[${" ".repeat(bytes - 2)}]`],
  ])("is a reject, one of just 1 MiB is not: %s", (_kind, make) => {
    expect(problemsOf(`{"value":${make(MIB)}}`, `{"value":${make(MIB + 1)}}`)).toEqual([
      undefined,
      TOO_LARGE,
    ]);
  });

  it("is a reject in any chunking, too", () => {
    const document = resultOfCells(textOf(MIB), textOf(MIB + 1), listOf(MIB + 1), "1");
    const { reader } = decode(document, (bytes) => splitAt(bytes, [500_000, MIB + 500, 3_000_000]));
    expect(reader).toEqual(decode(document).reader);
  });

  it("is a reject when it is a row's only column by a pivot value", () => {
    const document = resultDocument({
      measures: [{ name: "count" }],
      pivots: [{ name: "month" }],
      rows: [`{"count":{"a":{"value":${textOf(MIB + 1)}}}}`, '{"count":{"a":{"value":1}}}'],
    });
    expect(decode(document).reader.rows.map((row) => row.problem)).toEqual([TOO_LARGE, undefined]);
  });
});

describe("nesting", () => {
  it("of 100 levels is read, one more is a reject", () => {
    expect(problemsOf(nested(100), objects(100), nested(101), `{"value":${objects(101)}}`)).toEqual([
      undefined,
      undefined,
      TOO_DEEP,
      TOO_DEEP,
    ]);
  });

  it("of 20,000 levels is a reject, while the neighbours come through", () => {
    expect(problemsOf("1", `{"value":${nested(20_000)}}`, "2")).toEqual([undefined, TOO_DEEP, undefined]);
  });

  it("counts the levels, not the brackets", () => {
    expect(problemsOf(`[${"[],".repeat(500)}{}]`)).toEqual([undefined]);
  });

  it("of any depth is passed over outside the values", () => {
    expect(problemsOf(`{"links":${nested(20_000)},"value":1}`)).toEqual([undefined]);
    expect(decode(`{"more":${nested(20_000)},${resultOfCells("1").slice(1)}`).decoder.rows).toBe(1);
  });
});

describe("a long cell", () => {
  it("is kept as its beginning, which is more than Heap takes", () => {
    const { reader } = decode(resultOfCells(textOf(9000), listOf(9000)), byteByByte);
    expect(reader.rows.map((row) => row.cells["users.value"])).toEqual([
      `${textOf(9000).slice(0, 8192)}…`,
      `${listOf(9000).slice(0, 8192)}…`,
    ]);
  });

  it("is kept whole up to 8192 bytes", () => {
    const { reader } = decode(resultOfCells(textOf(8192), listOf(8192)));
    expect(reader.rows.map((row) => row.cells["users.value"])).toEqual([textOf(8192), listOf(8192)]);
  });
});

describe("what must be read whole", () => {
  const error = "a part of it that must be read whole is too large";
  const halves = (document: Buffer) => splitAt(document, [20e6]);

  it("may not be larger than 32 MiB: errors", () => {
    const document = `{"errors":${textOf(32 * MIB + 1)}}`;
    expect(decodeBroken(document).error).toBe(error);
    expect(decodeBroken(document, halves).error).toBe(error);
  });

  it("may not be larger than 32 MiB: rows before their fields", () => {
    const text = textOf(11 * MIB);
    expect(decodeBroken(`{"data":[{"a":${text}},{"a":${text}},{"a":${text}}]}`, halves).error).toBe(error);
  });

  it("is read up to there", () => {
    expect(decode(`{"errors":${textOf(32 * MIB)}}`, halves).decoder.messages[0]).toHaveLength(32 * MIB - 2);
  });
});

describe("a row", () => {
  const columns = (amount: number) => Array.from({ length: amount }, (_, at) => ({ name: `c${at}` }));

  function read(document: string, rowBytes: number): CollectingReader {
    const reader = new CollectingReader();
    const decoder = new DocumentDecoder(reader, { columns: 3, rowBytes });
    writeAll(decoder, splitAt(Buffer.from(document), [9]));
    decoder.end();
    return reader;
  }

  it("that keeps more than it may is a reject, and its neighbours are none", () => {
    const dimensions = columns(3);
    const row = (value: unknown) => Object.fromEntries(dimensions.map(({ name }) => [name, { value }]));
    // Of a text, and of a list, 8 KB are kept.
    const long = "x".repeat(10_000);
    const rows = [row("a"), row(long), row([long]), row("b")];
    const problem = "the row is larger than 20,000 bytes";
    const reader = read(resultDocument({ dimensions, rows }), 20_000);
    expect(reader.rows.map((each) => each.problem)).toEqual([undefined, problem, problem, undefined]);
    expect(reader.rows[3]?.cells).toEqual({ c0: '"b"', c1: '"b"', c2: '"b"' });
    expect(read(resultDocument({ dimensions, rows }), 30_000).rows.map((each) => each.problem)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("of more columns than there may be ends the result, and names the setting", () => {
    expect(() => read(resultDocument({ dimensions: columns(4), rows: [] }), 1000)).toThrow(
      new UserError(
        "it has 4 columns, and the most is 3: whoever runs the action hub can raise RESULT_MAX_COLUMNS",
      ),
    );
  });
});
