/** The result that a scenario delivers: its columns and its rows, the same for the same options. */

import {
  COLUMNS,
  EMAIL,
  type GeneratedCell,
  type GeneratedColumn,
  type ResultOptions,
  textCell,
} from "../stand-ins/looker";

export interface Dataset {
  rows: number;
  /** The identity's column included; from 2. */
  columns: number;
  /**
   * `short`: texts of many languages, which make any JavaScript string that holds one of them twice as large.
   * `ascii`: the same without any other character. `long`: every text but the identity has 300 to 600 characters,
   * more than Heap takes. `rendered`: as `short`, in cells that carry more, as in the format `json_detail`: each value
   * but null rendered too, and numbers with a link.
   */
  values: "short" | "ascii" | "long" | "rendered";
  /** The share of the rows that are about a user who has had a row already; from 0 up to but not including 1. */
  repeated: number;
}

/** Longest value that Heap takes, in UTF-16 code units; the check has its own, as it is to find mistakes. */
const LONGEST = 255;

const LONG_TEXT = Array.from({ length: 40 }, (_, index) => `${index} São Paulo / "Kraków" 🏰, 台北市\n`).join(
  "",
);

/** @param firstUser where the users begin to be counted: two results with far-apart numbers share no user */
export function resultOptions(dataset: Dataset, firstUser = 0): ResultOptions {
  return { rows: dataset.rows, identities: userCount(dataset), columns: columnsOf(dataset, firstUser) };
}

/** How many users the rows are about. */
export function userCount({ rows, repeated }: Dataset): number {
  return Math.max(1, Math.round(rows * (1 - repeated)));
}

/** The number of the user that an identity names, from 0. */
export function userNumber(identity: string): number | undefined {
  const [, digits] = /^shopper\.(\d+)@example\.com$/.exec(identity) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function columnsOf({ columns, values }: Dataset, firstUser: number): GeneratedColumn[] {
  const others = COLUMNS.filter((column) => column !== EMAIL);
  const email: GeneratedColumn = {
    ...EMAIL,
    cell: ({ identity, random }) => EMAIL.cell({ identity: firstUser + identity, random }),
  };
  const wide = Array.from({ length: columns - 1 }, (_, index) =>
    numbered(others[index % others.length]!, Math.floor(index / others.length) + 1),
  );
  return [email, ...wide.map((column) => withTexts(column, values))];
}

/** The column again under another name; the first keeps its own. */
function numbered(column: GeneratedColumn, copy: number): GeneratedColumn {
  if (copy === 1) return column;
  return { ...column, name: `${column.name}_${copy}`, labelShort: `${column.labelShort} ${copy}` };
}

function withTexts(column: GeneratedColumn, values: Dataset["values"]): GeneratedColumn {
  if (values === "rendered") return { ...column, cell: (draw) => renderedCell(column.cell(draw)) };
  if (column.type !== "string" || values === "short") return column;
  if (values === "long") return { ...column, cell: ({ random }) => longCell(random) };
  return { ...column, cell: (draw) => asciiCell(column.cell(draw)) };
}

function asciiCell(cell: GeneratedCell): GeneratedCell {
  return typeof cell.value === "string" ? textCell(cell.value.replace(/\P{ASCII}/gu, "x")) : cell;
}

function renderedCell(cell: GeneratedCell): GeneratedCell {
  if (cell.value === null) return cell;
  const rendered = `,"rendered":${JSON.stringify(String(cell.value))}`;
  const links =
    '"links":[{"label":"Show All","url":"\\/explore\\/shop\\/orders?fields=orders.id","type":"drill"}]';
  return { ...cell, rest: typeof cell.value === "number" ? `${rendered},${links}` : rendered };
}

function longCell(random: () => number): GeneratedCell {
  const from = Math.floor(random() * 100);
  const text = LONG_TEXT.slice(from, from + 300 + Math.floor(random() * 300)).toWellFormed();
  return { json: textCell(text).json, value: cut(text) };
}

/** As many whole characters as Heap takes. */
function cut(text: string): string {
  const head = text.slice(0, LONGEST);
  return head.isWellFormed() ? head : head.slice(0, -1);
}
