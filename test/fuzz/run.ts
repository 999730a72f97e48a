/** Tries a target with the corpus first, and then with what comes of it: so many inputs, or for so long. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Mutator } from "./mutator";

const CORPUS = path.join(__dirname, "corpus");
const FIXTURES = path.join(__dirname, "..", "fixtures");

/** Inputs of each target where FUZZ_SECONDS does not say for how long. */
const FEW = 300;

/** Of which an input is tried: those of the target's own folder, each of which once was a finding, and the fixtures. */
export function corpusOf(name: string, ...more: readonly (string | Buffer)[]): Buffer[] {
  const folders = name === "text" ? [path.join(CORPUS, name)] : [path.join(CORPUS, name), FIXTURES];
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)));
  return [...files.map((file) => readFileSync(file)), ...more.map((each) => Buffer.from(each))];
}

/**
 * @param target throws when the input shows that something is wrong
 * @returns how many inputs were tried
 * @throws an error that holds the input, in base64, and the seed
 */
export async function fuzz(
  corpus: readonly Buffer[],
  target: (input: Buffer, mutator: Mutator) => void | Promise<void>,
): Promise<number> {
  const seed = Number(
    process.env["FUZZ_SEED"] ?? (process.env["FUZZ_SECONDS"] === undefined ? 1 : Date.now()),
  );
  const mutator = new Mutator(seed, corpus);
  const ends = performance.now() + Number(process.env["FUZZ_SECONDS"] ?? 0) * 1000;
  let tried = 0;
  const attempt = async (input: Buffer) => {
    tried++;
    try {
      await target(input, mutator);
    } catch (error) {
      throw new Error(`found with seed ${seed} at input ${tried}: ${input.toString("base64")}`, {
        cause: error,
      });
    }
  };
  for (const input of corpus) await attempt(input);
  while (tried < FEW || performance.now() < ends) await attempt(mutator.next());
  if (process.env["FUZZ_SECONDS"] !== undefined) process.stderr.write(`seed ${seed}: ${tried} inputs\n`);
  return tried;
}
