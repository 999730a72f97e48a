/** Any rows, written in any way and split anywhere, are read as JSON.parse reads them. */

import fc from "fast-check";
import { anyCuts, splitAt } from "../../helpers/chunks";
import type { CollectedRow } from "../../helpers/collecting-reader";
import { decode } from "../../helpers/decode";
import { jsonTexts, keyTexts, listOf, objectTexts, whiteSpace } from "../../helpers/json-texts";

const DIMENSIONS = ["users.email", "users.näme", 'a "quoted" one'];
const MEASURE = "orders.count";
const PIVOT_VALUES = ["2024-01", "w\\/eb|FIELD|x", "$$$_row_total_$$$"];

const FIELDS = { dimensions: DIMENSIONS.map((name) => ({ name })), measures: [{ name: MEASURE }] };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const cellKeys = fc.constantFrom("value", "value", "rendered", "links", "html").chain(keyTexts);
const cellTexts = fc.oneof({ weight: 4, arbitrary: objectTexts(cellKeys, jsonTexts) }, jsonTexts);
const nameTexts = fc.constantFrom(...DIMENSIONS, "unknown").chain(keyTexts);
const flatRows = objectTexts(nameTexts, cellTexts);

const pivotedCells = fc
  .tuple(
    ...PIVOT_VALUES.map((value) => fc.tuple(keyTexts(value), objectTexts(cellKeys, jsonTexts), fc.boolean())),
  )
  .map((cells) => cells.flatMap(([key, cell, isThere]) => (isThere ? [`${key}:${cell}`] : [])))
  .map((cells) => `{${cells.join(",")}}`);
const pivotedRows = fc.tuple(keyTexts(MEASURE), pivotedCells).map(([key, cell]) => `{${key}:${cell}}`);

function documentOf(fields: object, rows: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(keyTexts("fields"), keyTexts("data"), listOf(rows, "[", "]"), whiteSpace, fc.boolean())
    .map(([fieldsKey, dataKey, data, space, dataFirst]) => {
      const parts = [`${fieldsKey}:${JSON.stringify(fields)}`, `${dataKey}${space}:${data}`];
      return `{${space}${(dataFirst ? parts.reverse() : parts).join(`${space},`)}}${space}`;
    });
}

const flatDocuments = documentOf(FIELDS, flatRows);
const pivotedDocuments = documentOf(
  { ...FIELDS, pivots: [{ name: "month" }, { name: "channel" }] },
  pivotedRows,
);

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value that a cell has for JSON.parse: that of its `value`, or the bare one. */
function cellValue(cell: Json | undefined): Json | undefined {
  return isObject(cell) ? own(cell, "value") : cell;
}

function own(object: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function rowsByJsonParse(document: string): Json[] {
  const { data }: { data: Json[] } = JSON.parse(document);
  return data;
}

function parsedCells(row: CollectedRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row.cells).map(([title, text]) => [title, JSON.parse(text)]));
}

/** The entries whose value is not undefined. */
function present(entries: readonly (readonly [string, Json | undefined])[]): Record<string, Json> {
  return Object.fromEntries(
    entries.flatMap(([title, value]) => (value === undefined ? [] : [[title, value]])),
  );
}

function expectedFlat(row: Json): Record<string, Json> {
  return present(DIMENSIONS.map((name) => [name, isObject(row) ? cellValue(own(row, name)) : undefined]));
}

function expectedPivoted(row: Json): Record<string, Json> {
  const cells = isObject(row) ? own(row, MEASURE) : undefined;
  return present(
    PIVOT_VALUES.map((value) => [titleOf(value), isObject(cells) ? cellValue(own(cells, value)) : undefined]),
  );
}

function titleOf(pivotValue: string): string {
  if (pivotValue === "$$$_row_total_$$$") return `${MEASURE} [total]`;
  return `${MEASURE} [${pivotValue.replace("|FIELD|", ", ")}]`;
}

describe.each([
  ["rows", flatDocuments, expectedFlat],
  ["pivoted rows", pivotedDocuments, expectedPivoted],
])("any %s", (_name, documents, expected) => {
  it("come out as JSON.parse reads them", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { rows } = decode(document).reader;
        expect(rows.map(parsedCells)).toStrictEqual(rowsByJsonParse(document).map(expected));
      }),
      { numRuns: 500 },
    );
  });

  it("come out the same wherever the document is split", () => {
    fc.assert(
      fc.property(documents, anyCuts, (document, cuts) => {
        const split = decode(document, (bytes) => splitAt(bytes, cuts));
        expect(split.reader).toEqual(decode(document).reader);
      }),
      { numRuns: 500 },
    );
  });
});
