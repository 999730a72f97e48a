/** Reads one result into one delivery. */

import type { Logger } from "pino";
import { actionNamed, type Task } from "../actions";
import { number } from "../amounts";
import { FormError, UserError } from "../errors";
import type { Environment } from "../heap";
import { newLifetime, untilAborted } from "../lifetime";
import {
  type DeliveryRequest,
  type Downloader,
  type QuerySource,
  type RunAgain,
  readResult,
} from "../looker";
import { OutboxError } from "../outbox";
import type { ReadingEnd, Rerun } from "../report";
import { CUT, type Shutdown } from "../shutdown";
import type { Deliveries } from "./deliveries";
import type { Delivery } from "./delivery";
import type { Observer } from "./observer";
import { keepRepeatable } from "./repeatable";

export interface ReadingOptions {
  deliveries: Deliveries;
  downloader: Downloader;
  environmentOf(id: string): Environment;
  /**
   * Has a query's result once more; undefined: that is not wanted.
   * Throws UserError when it can't be had.
   */
  runAgain: ((source: QuerySource, signal: AbortSignal) => Promise<RunAgain>) | undefined;
  shutdown: Shutdown;
  log: Logger;
  observe: Observer;
}

/**
 * @param rerun absent: the result is read for the first time
 * @throws UserError when nothing can be taken now
 * @throws FormError when the form's values were kept by a version of the hub whose values they are not
 */
export async function begin(
  request: DeliveryRequest,
  { deliveries, environmentOf, runAgain, observe }: ReadingOptions,
  rerun?: Rerun,
): Promise<Delivery> {
  const { source, origin } = request;
  const { environmentId, kind, dryRun, longValues, sync } = taskOf(request);
  try {
    return await deliveries.start({
      origin,
      environment: environmentOf(environmentId),
      kind,
      dryRun,
      longValues,
      sync,
      ...(runAgain && source && { source: keepRepeatable({ ...request, source }) }),
      ...(rerun && { rerun }),
    });
  } catch (error) {
    if (!(error instanceof OutboxError)) throw error;
    observe({ is: "refused", reason: "outbox", origin });
    throw new UserError(`Nothing was read or sent: ${error.message}. Send it again later.`);
  }
}

function taskOf({ action, form, hiddenFields }: DeliveryRequest): Task {
  return actionNamed(action).task(form, { hiddenFields });
}

/**
 * Reads a result as far as it goes.
 * @returns how it ended, when it is for the caller to end the reading: what came from Looker is not whole
 * @throws FormError when the form does not fit the result: nothing of it is sent
 */
export async function read(
  delivery: Delivery,
  request: DeliveryRequest,
  { downloader, shutdown, log }: Pick<ReadingOptions, "downloader" | "shutdown" | "log">,
): Promise<ReadingEnd | undefined> {
  const { result } = request;
  const mapper = taskOf(request).mapper(delivery.collector);
  const lifetime = newLifetime(shutdown.cut, delivery.cancelled);
  const { signal } = lifetime;
  const source = "url" in result ? downloader.download(result.url, signal) : result.pieces;
  try {
    const { error, isLookers, ...end } = await readResult(source, mapper, () => {
      const stored = signal.aborted ? Promise.resolve() : delivery.checkpoint();
      return stored && untilAborted(stored, signal);
    });
    if (error !== undefined) {
      const { looker, webhook } = delivery.origin;
      log.error({ delivery: delivery.id, looker, webhook, error }, "reading stopped by an error of ours");
    }
    if (delivery.cancelled.aborted) {
      await delivery.readingEnded(end);
      return undefined;
    }
    if (shutdown.cut.aborted && end.problem !== undefined) {
      await cutShort(delivery, { ...end, problem: CUT });
      return undefined;
    }
    if (isLookers) return end;
    await delivery.readingEnded({ ...end, ...fewerThanBefore(delivery, end) });
  } catch (error) {
    if (error instanceof FormError) delivery.abandon(error.message);
    throw error;
  } finally {
    lifetime.abort();
  }
  return undefined;
}

/** A result that is whole, and yet has not all that had been read of it the time before. */
function fewerThanBefore(
  { report }: Delivery,
  { problem }: Pick<ReadingEnd, "problem">,
): { problem: string } | undefined {
  const { rows, rerun } = report.reading;
  if (problem !== undefined || rerun === undefined || rows >= rerun.rows) return undefined;
  return { problem: `it has ${number(rows)} rows now, and ${number(rerun.rows)} had been read before` };
}

/** The next hub may have the result once more, if this delivery keeps what that takes. */
export async function cutShort(delivery: Delivery, end: ReadingEnd): Promise<void> {
  if (delivery.report.reading.source === undefined) await delivery.readingEnded(end);
  else await delivery.readingInterrupted();
}
