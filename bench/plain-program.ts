/**
 * The plainest program that does the job, to measure the hub against: it reads the whole file, parses it, maps every
 * row, and writes request bodies of a thousand users. It sends nothing, and damages integers past 2^53.
 */

import { readFileSync } from "node:fs";
import type { PlainFigures } from "./messages";

interface Field {
  name: string;
  label: string;
  tags: readonly string[];
}

interface Result {
  fields: { dimensions: Field[]; measures: Field[] };
  data: Record<string, { value: string | number | boolean | null }>[];
}

const USERS_PER_BODY = 1000;
const LONGEST = 255;

const [, , file = ""] = process.argv;
const before = process.cpuUsage();
const users = run(JSON.parse(readFileSync(file, "utf8")));
const { user, system } = process.cpuUsage(before);
const peak = process.resourceUsage().maxRSS * 1024;
process.send?.({ user: user / 1000, system: system / 1000, peak, users } satisfies PlainFigures);

function run({ fields, data }: Result): number {
  const columns = [...fields.dimensions, ...fields.measures];
  const identityName = columns.find(({ tags }) => tags.includes("email"))?.name ?? "";
  const properties = columns.filter(({ name }) => name !== identityName);
  let batch: object[] = [];
  let sent = 0;
  const flush = () => {
    const body = JSON.stringify({ app_id: "1234567890", users: batch });
    if (body !== "") sent += batch.length;
    batch = [];
  };
  for (const row of data) {
    const identity = row[identityName]?.value ?? null;
    if (identity === null || identity === "") continue;
    const mapped: Record<string, string | number | boolean> = {};
    for (const { name, label } of properties) {
      const value = row[name]?.value ?? null;
      if (value === null) continue;
      mapped[label] = typeof value === "string" && value.length > LONGEST ? value.slice(0, LONGEST) : value;
    }
    batch.push({ identity, properties: mapped });
    if (batch.length === USERS_PER_BODY) flush();
  }
  if (batch.length > 0) flush();
  return sent;
}
