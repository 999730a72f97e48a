import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./helpers/repository";

/** Who may import whom: a room is entered by its `index.ts`. What is not here is forbidden. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  heap: [],
  batches: ["heap"],
  mapping: ["batches"],
  looker: ["mapping"],
  actions: ["heap", "batches", "mapping"],
  report: ["heap", "batches"],
  outbox: ["heap", "batches", "report"],
  sending: ["heap", "batches", "report", "outbox"],
  delivery: ["heap", "batches", "report", "outbox", "sending", "mapping", "looker", "actions"],
  status: ["heap", "batches", "report", "outbox", "delivery"],
};

/** Files at the top of `src/` that every room may import. They import no room, only each other. */
const SHARED = [
  "amounts",
  "byte-writer",
  "clock",
  "connections",
  "error-code",
  "errors",
  "lifetime",
  "log",
  "read-text",
  "refusal-text",
  "shutdown",
  "spent-memory",
  "token-check",
  "wrong-tokens",
];

/** What the stand-ins may know of the product: Heap's limits, and time. */
const OF_STAND_INS = ["heap", "clock", "lifetime"];

interface Import {
  from: string;
  to: string;
}

const FILES = ["src", "stand-ins"].flatMap((top) =>
  readdirSync(path.join(ROOT, top), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(top, name)),
);

/** All imports of our own files, of types too. */
const IMPORTS: readonly Import[] = FILES.flatMap((from) => {
  const text = readFileSync(path.join(ROOT, from), "utf8");
  const names = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, name = ""]) => name);
  return names.map((name) => ({ from, to: fileOf(path.join(path.dirname(from), name)) }));
});

function fileOf(name: string): string {
  const bare = name.replace(/\.js$/, "");
  const found = [`${bare}.ts`, `${bare}.tsx`, `${bare}.d.ts`, path.join(bare, "index.ts")].find((file) =>
    existsSync(path.join(ROOT, file)),
  );
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** `outbox` of `src/outbox/sqlite/schema.ts`, `clock` of `src/clock.ts`. */
function partOf(file: string): string {
  const [top = "", part = ""] = file.split(path.sep);
  return top === "src" ? part.replace(/\.tsx?$/, "") : top;
}

function isAllowed({ from, to }: Import): boolean {
  const [importer, imported] = [partOf(from), partOf(to)];
  if (importer === imported) return true;
  const isByDoor = !(imported in ROOMS) || to === path.join("src", imported, "index.ts");
  if (importer in ROOMS)
    return SHARED.includes(imported) || (isByDoor && ROOMS[importer]?.includes(imported) === true);
  if (SHARED.includes(importer)) return SHARED.includes(imported);
  if (importer === "stand-ins") return isByDoor && OF_STAND_INS.includes(imported);
  // The command line and what puts the rooms together.
  return isByDoor && (imported !== "stand-ins" || importer === "cli");
}

describe("the walls between rooms", () => {
  it("let nobody import but whom they may, by the door", () => {
    expect(IMPORTS.length).toBeGreaterThan(500);
    expect(IMPORTS.filter((each) => !isAllowed(each))).toEqual([]);
  });

  it("know each room and each shared file, and no other", () => {
    const known = [...Object.keys(ROOMS), ...SHARED].filter(
      (name) => !FILES.some((file) => partOf(file) === name),
    );
    expect(known).toEqual([]);
  });

  it("hold: no file imports itself by way of others, not even for a type", () => {
    expect(circles()).toEqual([]);
  });
});

/** Files that can be reached from themselves. */
function circles(): string[] {
  const next = new Map(FILES.map((file) => [file, [] as string[]]));
  for (const { from, to } of IMPORTS) next.get(from)?.push(to);
  return FILES.filter((file) => {
    const seen = new Set<string>();
    const open = [...(next.get(file) ?? [])];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...(next.get(at) ?? []));
    }
    return seen.has(file);
  });
}
