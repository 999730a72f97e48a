/** The examples below the help of a command, as they are entered. */

/** @param commands without the program */
export function examples(...commands: string[]): string {
  return `\nExamples:\n${commands.map((command) => `  node dist/main.js ${command}`).join("\n")}`;
}
