/** The columns of a generated result: a shop's users and their orders, with the values that tend to get damaged. */

import { bigIntegerCell, type GeneratedCell, NULL_CELL, numberCell, textCell } from "./generated-cell";

/** What a row draws its cells from. */
export interface Draw {
  /** Which identity the row is for, from 0. */
  readonly identity: number;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

export interface GeneratedColumn {
  readonly kind: "dimensions" | "measures";
  readonly view: string;
  /** The name within the view; `view.name` is the field's. */
  readonly name: string;
  readonly labelShort: string;
  /** Looker's type of the field. */
  readonly type: string;
  readonly tags: readonly string[];
  readonly cell: (draw: Draw) => GeneratedCell;
}

/** The column that holds the identity. */
export const EMAIL: GeneratedColumn = {
  ...dimension("email", "Email", "string", ({ identity }) => textCell(emailOf(identity))),
  tags: ["email"],
};

const FIRST_NAMES = ["Ada", "Grace", "Zoë", "Łukasz", "José", "Nguyễn", "美咲", "Ольга", "عمر", "Seán"];
const LAST_NAMES = [
  "Lovelace",
  "O'Neil",
  '"The Count" Ng',
  "de la Cruz",
  "山田",
  "Müller-Lüdenscheidt",
  "Ivanova",
];

const CITIES = [
  textCell("San Francisco"),
  textCell("São Paulo / SP"),
  textCell("Kraków 🏰"),
  textCell("台北市"),
  textCell('Washington "D.C."'),
  textCell("C:\\cities\\new"),
  textCell("Line one\nLine two\tand a tab"),
  textCell("<b>Bold & Co.</b>"),
  textCell("👩‍👩‍👧‍👦 Familyville"),
  textCell(""),
  NULL_CELL,
];

const PLANS = [textCell("Free"), textCell("Team"), textCell("Enterprise"), NULL_CELL];

const YES = textCell("Yes");
const NO = textCell("No");

export const COLUMNS: readonly GeneratedColumn[] = [
  EMAIL,
  dimension("name", "Name", "string", ({ random }) =>
    textCell(`${pick(FIRST_NAMES, random)} ${pick(LAST_NAMES, random)}`),
  ),
  dimension("city", "City", "string", ({ random }) => pick(CITIES, random)),
  dimension("plan", "Plan", "string", ({ random }) => pick(PLANS, random)),
  dimension("is_active", "Is Active (Yes / No)", "yesno", ({ random }) => (random() < 0.7 ? YES : NO)),
  dimension("signup_date", "Signup Date", "date_date", ({ random }) =>
    textCell(
      `${integer(random, 2015, 2025)}-${twoDigits(integer(random, 1, 12))}-${twoDigits(integer(random, 1, 28))}`,
    ),
  ),
  // Nineteen digits: more than a double holds, and within the 64 bits of a database.
  dimension("external_id", "External ID", "number", ({ random }) =>
    bigIntegerCell(`1${nineDigits(random)}${nineDigits(random)}`),
  ),
  measure("count", "Count", "count", ({ random }) => numberCell(integer(random, 0, 40))),
  measure("total", "Total", "sum", ({ random }) => numberCell(integer(random, -50_000, 200_000) / 100)),
  measure("refunds", "Refunds", "sum", ({ random }) =>
    numberCell(random() < 0.9 ? 0 : integer(random, -20, -1)),
  ),
];

/** The identity itself, as it stands in the row and in Heap. */
function emailOf(identity: number): string {
  return `shopper.${identity}@example.com`;
}

/** The label Looker shows by default: the view's and the field's. */
export function labelOf({ view, labelShort }: GeneratedColumn): string {
  return `${viewLabelOf(view)} ${labelShort}`;
}

export function viewLabelOf(view: string): string {
  return view.charAt(0).toUpperCase() + view.slice(1);
}

function dimension(
  name: string,
  labelShort: string,
  type: string,
  cell: GeneratedColumn["cell"],
): GeneratedColumn {
  return { kind: "dimensions", view: "users", name, labelShort, type, tags: [], cell };
}

function measure(
  name: string,
  labelShort: string,
  type: string,
  cell: GeneratedColumn["cell"],
): GeneratedColumn {
  return { kind: "measures", view: "orders", name, labelShort, type, tags: [], cell };
}

function pick<T>(choices: readonly T[], random: Draw["random"]): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error("nothing to pick from");
  return choice;
}

/** Both ends included. */
function integer(random: Draw["random"], from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function nineDigits(random: Draw["random"]): string {
  return String(integer(random, 0, 999_999_999)).padStart(9, "0");
}
