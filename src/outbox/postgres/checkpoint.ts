/** What a checkpoint is made of, and what can go wrong with storing one. */

import { logName, type Selected } from "../../batches";
import type { Checkpoint } from "../intake";
import type { NewDelivery } from "../kept-delivery";
import { OutboxError } from "../outbox";
import type { Query } from "./database";

/** Somebody else has ended the delivery, or deleted it. */
export const GONE = "the delivery was closed by another action hub, as this one could not be reached";

/** The log of an environment, and the entry that says whose it is. */
export async function enterLog(
  query: Query,
  { environment }: Pick<NewDelivery, "environment">,
): Promise<void> {
  const log = logName(environment);
  await query("INSERT INTO logs (name, host, environment) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
    log,
    environment.host,
    environment.id,
  ]);
  await query("INSERT INTO leases (log) VALUES ($1) ON CONFLICT DO NOTHING", [log]);
}

export function readOf({ read }: Checkpoint, { batches, unchanged }: Selected, isCancelled: boolean) {
  if (isCancelled) return read;
  const users = batches.reduce((sum, { rows }) => sum + rows.length, 0);
  return { ...read, users: read.users + users, unchanged: read.unchanged + unchanged };
}

export async function asOutboxError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OutboxError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new OutboxError(`the action hub can't store what it reads (${code})`);
  }
}
