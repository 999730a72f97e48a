/** Prints what came of a command for scripts: one JSON object, alone on standard output. */

export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
