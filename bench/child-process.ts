/** The stand-ins and the plain program as processes of their own, which speak by messages. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import path from "node:path";

/** @param name of a file beside this one, without its ending */
export function start(
  name: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): ChildProcess {
  return fork(path.join(__dirname, `${name}.js`), args, { execArgv: [...nodeOptions] });
}

/**
 * The next message.
 * @throws when the process ends without one
 */
export async function message(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${child.spawnargs.slice(1).join(" ")} ended with ${code}`);
  });
  const [said]: unknown[] = await Promise.race([once(child, "message"), ended]);
  return said;
}

/** @throws when the process ends before it listens */
export async function urlOf(child: ChildProcess): Promise<string> {
  return String(await message(child));
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Told by a stand-in as soon as it listens. */
export function sayUrl(server: Server): void {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no TCP port");
  process.send?.(`http://127.0.0.1:${address.port}`);
}
