/**
 * Where the time of a `.cpuprofile` goes, by function: `node dist-bench/bench/profile-table.js FILE` prints a table.
 * Self time, so what a function calls counts for the callee.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

/** The part of V8's format that matters here. Source: Chrome DevTools Protocol, `Profiler.Profile`. */
interface Profile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  /** The node that each sample found at work. */
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

const TOP = 20;

/** What V8 calls the time when nothing runs. */
const IDLE = "(idle)";

if (require.main === module) process.stdout.write(`${profileTable(process.argv[2] ?? "")}\n`);

/** @returns the functions that take most, as Markdown */
export function profileTable(file: string): string {
  const { times, busy } = selfTimes(JSON.parse(readFileSync(file, "utf8")));
  const most = [...times].sort(([, one], [, other]) => other - one).slice(0, TOP);
  const lines = most.map(
    ([name, time]) => `| ${name} | ${(time / 1e6).toFixed(2)} s | ${((time / busy) * 100).toFixed(1)}% |`,
  );
  return ["| function | self time | share |", "| --- | ---: | ---: |", ...lines].join("\n");
}

function selfTimes({ nodes, samples, timeDeltas }: Profile): { times: Map<string, number>; busy: number } {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  for (const [index, sample] of samples.entries()) {
    const name = names.get(sample) ?? "?";
    const time = timeDeltas[index] ?? 0;
    if (name === IDLE) continue;
    times.set(name, (times.get(name) ?? 0) + time);
    busy += time;
  }
  return { times, busy };
}

function nameOf({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]): string {
  if (url === "") return functionName;
  const place = url.startsWith("file://") ? path.relative(process.cwd(), url.slice("file://".length)) : url;
  return `\`${functionName || "(anonymous)"}\` ${place}:${lineNumber + 1}`;
}
