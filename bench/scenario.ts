/** What is measured: a result, how it is delivered, and how often. */

import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ValueCheck } from "./check-values";
import { message, start } from "./child-process";
import { type Dataset, resultOptions, userCount } from "./dataset";
import { measure, type Spent } from "./measure";
import { median } from "./median";
import { type HeapFigures, isPlainFigures, type PlainFigures } from "./messages";
import { total } from "./process-figures";
import { Stage } from "./stage";
import { writeDocument } from "./write-document";

export interface Scenario extends Dataset {
  /** How long Heap takes to answer. */
  heapMs: number;
  /** `changed`: it is delivered once before, and what is measured is the second time, with nothing changed. */
  sync: "all" | "changed";
  /** How often hub and plain program run, by turns. */
  rounds: number;
}

interface Round {
  hub: Spent;
  heap: HeapFigures;
  /** Undefined: the file has more characters than one JavaScript string holds. */
  plain: PlainFigures | undefined;
}

/** Medians of the rounds; CPU in milliseconds, memory in bytes over idle. */
export interface Outcome {
  scenario: Scenario;
  /** The document's size. */
  bytes: number;
  seconds: number;
  hubCpu: number;
  plainCpu: number | undefined;
  /** Of the rounds' own ratios. */
  ratio: number | undefined;
  overIdle: number;
  anonymousOverIdle: number;
  plainPeak: number | undefined;
  rounds: Round[];
}

/** A JavaScript string holds 2^29 - 24 characters; a document may have more bytes than characters, if few. */
const MOST_PLAIN_BYTES = 500_000_000;

/** What the plain program may use, so that it is not slowed down by a limit; in MB. */
const PLAIN_MEMORY_MB = 12_000;

/** The name of the document in the folder. */
export const FILE = "result.json";

/**
 * @param folder for what is written; emptied before and after
 * @throws when a delivery fails or a value that arrived is wrong
 */
export async function runScenario(scenario: Scenario, folder: string): Promise<Outcome> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = resultOptions(scenario);
  const document = path.join(folder, FILE);
  const bytes = writeDocument(document, options);
  const check = new ValueCheck(userCount(scenario), [options]);
  const rounds: Round[] = [];
  for (let round = 0; round < scenario.rounds; round++) {
    const hub = await runHub(scenario, folder, check);
    const plain = bytes > MOST_PLAIN_BYTES ? undefined : await runPlain(document);
    rounds.push({ ...hub, plain });
  }
  rmSync(folder, { recursive: true, force: true });
  return { scenario, bytes, ...medians(rounds), rounds };
}

/**
 * The hub's part of a round.
 * @param nodeOptions for the hub
 * @throws when the delivery fails or a value that arrived is wrong
 */
export async function runHub(
  { heapMs, sync, repeated }: Scenario,
  folder: string,
  check: ValueCheck,
  nodeOptions: readonly string[] = [],
): Promise<Omit<Round, "plain">> {
  const stage = await Stage.set({ folder, heapMs, nodeOptions });
  try {
    // A user who comes again in a later batch is sent, and counted, again.
    const sent = repeated > 0 ? "Sent " : `Sent ${check.users.toLocaleString("en-US")} user`;
    if (sync === "changed") await stage.execute(FILE, sent, sync);
    const expected = sync === "changed" ? "Nothing has changed" : sent;
    const hub = await measure(stage.hubPid, () => stage.execute(FILE, expected, sync));
    const heap = await stage.heapFigures();
    check.check(stage.record);
    return { hub, heap };
  } finally {
    await stage.clear();
  }
}

async function runPlain(document: string): Promise<PlainFigures> {
  const child = start("plain-program", [document], [`--max-old-space-size=${PLAIN_MEMORY_MB}`]);
  const figures = await message(child);
  if (!isPlainFigures(figures)) throw new Error("the plain program gave no figures");
  return figures;
}

function medians(rounds: readonly Round[]): Omit<Outcome, "scenario" | "bytes" | "rounds"> {
  const withPlain = rounds.flatMap(({ hub, plain }) => (plain ? [{ hub, plain }] : []));
  return {
    seconds: median(rounds.map(({ hub }) => hub.seconds)),
    hubCpu: median(rounds.map(({ hub }) => total(hub.cpu))),
    overIdle: median(rounds.map(({ hub: { memory } }) => memory.peak - memory.idle)),
    anonymousOverIdle: median(
      rounds.map(({ hub: { memory } }) => memory.peakAnonymous - memory.idleAnonymous),
    ),
    plainCpu: ifAny(withPlain.map(({ plain }) => total(plain))),
    ratio: ifAny(withPlain.map(({ hub, plain }) => total(hub.cpu) / total(plain))),
    plainPeak: ifAny(withPlain.map(({ plain }) => plain.peak)),
  };
}

function ifAny(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}
