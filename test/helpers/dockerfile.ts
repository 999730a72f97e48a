/** The Dockerfile, read so that a test can do what an image build would. */

import { readText } from "./repository";

export interface Instruction {
  /** `COPY`, `RUN`, … */
  name: string;
  text: string;
}

/** Its stages; the image itself comes last. */
export function readStages(): Instruction[][] {
  const stages: Instruction[][] = [];
  const lines = readText("Dockerfile")
    .replace(/^#.*\n/gm, "")
    .replaceAll("\\\n", "")
    .split("\n");
  for (const line of lines) {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line.trim().replace(/\s+/g, " ")) ?? [];
    if (name === undefined || text === undefined) continue;
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, text });
  }
  return stages;
}

/** What a COPY takes from the project; nothing when it takes from another stage. */
export function copiedFiles(stage: readonly Instruction[]): string[] {
  return stage
    .filter(({ name, text }) => name === "COPY" && !text.startsWith("--from="))
    .flatMap(({ text }) => text.split(" ").slice(0, -1));
}

/** `PORT=8080 DATA_DIR=/data`, as variables. */
export function environmentOf(stage: readonly Instruction[]): Record<string, string> {
  const pairs = stage.filter(({ name }) => name === "ENV").flatMap(({ text }) => text.split(" "));
  return Object.fromEntries(pairs.map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]));
}

/** The words of a command in its JSON form. */
export function commandOf(text: string): string[] {
  const words: unknown = JSON.parse(text.slice(text.indexOf("[")));
  return Array.isArray(words) ? words.map(String) : [];
}
