/** What is measured: a result, how it is delivered, and how often. */

import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ValueCheck } from "./check-values";
import { message, start } from "./child-process";
import { type Dataset, resultOptions } from "./dataset";
import type { PlainFigures } from "./plain-program";
import { total } from "./process-figures";
import { type DeliveryFigures, runDelivery } from "./run-delivery";
import { writeDocument } from "./write-document";

export interface Scenario extends Dataset {
  heapMs: number;
  sync: "all" | "changed";
  /** How often hub and plain program run, by turns. */
  rounds: number;
}

interface Round {
  hub: DeliveryFigures;
  /** Undefined: the file has more characters than one JavaScript string holds. */
  plain: PlainFigures | undefined;
}

export interface Outcome {
  scenario: Scenario;
  /** The document's size. */
  bytes: number;
  /** Medians of the rounds. CPU in milliseconds, memory in bytes over idle. */
  seconds: number;
  hubCpu: number;
  plainCpu: number | undefined;
  /** Median of the rounds' own ratios. */
  ratio: number | undefined;
  overIdle: number;
  anonymousOverIdle: number;
  rounds: Round[];
}

/** Node's longest string, in bytes of a document that is mostly ASCII; and the plain program's memory, in MB. */
const MOST_PLAIN_BYTES = 500_000_000;
const PLAIN_MEMORY_MB = 12_000;

/**
 * @param folder for what is written; emptied before and after
 * @throws when a delivery fails or a value that arrived is wrong
 */
export async function runScenario(scenario: Scenario, folder: string): Promise<Outcome> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = "result.json";
  const document = path.join(folder, file);
  const bytes = writeDocument(document, resultOptions(scenario));
  const check = new ValueCheck(scenario);
  const rounds: Round[] = [];
  const { heapMs, sync } = scenario;
  for (let round = 0; round < scenario.rounds; round++) {
    const hub = await runDelivery({ folder, file, check, heapMs, sync });
    const plain = bytes > MOST_PLAIN_BYTES ? undefined : await runPlain(document);
    rounds.push({ hub, plain });
  }
  rmSync(folder, { recursive: true, force: true });
  return { scenario, bytes, ...medians(rounds), rounds };
}

async function runPlain(document: string): Promise<PlainFigures> {
  const child = start("plain-program", [document], [`--max-old-space-size=${PLAIN_MEMORY_MB}`]);
  return (await message(child)) as PlainFigures;
}

function medians(rounds: readonly Round[]): Omit<Outcome, "scenario" | "bytes" | "rounds"> {
  const plain = rounds.flatMap((round) => (round.plain ? [total(round.plain)] : []));
  const ratios = rounds.flatMap((round) => (round.plain ? [total(round.hub.cpu) / total(round.plain)] : []));
  return {
    seconds: median(rounds.map(({ hub }) => hub.seconds)),
    hubCpu: median(rounds.map(({ hub }) => total(hub.cpu))),
    plainCpu: plain.length > 0 ? median(plain) : undefined,
    ratio: ratios.length > 0 ? median(ratios) : undefined,
    overIdle: median(rounds.map(({ hub }) => hub.memory.peak - hub.memory.idle)),
    anonymousOverIdle: median(rounds.map(({ hub }) => hub.memory.peakAnonymous - hub.memory.idleAnonymous)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
