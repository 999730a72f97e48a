/**
 * Reads a result, and reads it again when what came from Looker is not whole: each attempt is a delivery. The one place where
 * a reading ends.
 */

import type { Logger } from "pino";
import { actionNamed, type Task } from "../actions";
import { number } from "../amounts";
import { FormError, UserError } from "../errors";
import type { Environment } from "../heap";
import { newLifetime, untilAborted } from "../lifetime";
import {
  type DeliveryRequest,
  type DocumentLimits,
  type Downloader,
  type QuerySource,
  type RunAgain,
  readResult,
} from "../looker";
import { type Intake, type KeptDelivery, type NewDelivery, OutboxError } from "../outbox";
import type { ReadingEnd, Rerun } from "../report";
import { CUT, type Shutdown } from "../shutdown";
import { type Deliveries, STOPPED } from "./deliveries";
import type { Observer } from "./observer";
import type { Reading } from "./reading";
import { keepRepeatable, readRepeatable } from "./repeatable";

export interface AttemptOptions {
  deliveries: Deliveries;
  intake: Pick<Intake, "endLater">;
  downloader: Downloader;
  environmentOf(id: string): Environment;
  /**
   * Runs a query again; undefined: that is not wanted.
   * Throws UserError when its result can't be had.
   */
  runAgain: ((source: QuerySource, signal: AbortSignal) => Promise<RunAgain>) | undefined;
  /** Longest text that is sent, in UTF-16 code units. */
  maxValueLength: number;
  documentLimits: DocumentLimits;
  shutdown: Shutdown;
  log: Logger;
  observe: Observer;
}

/** A document that brings the hub down would do so at every start. */
const MAX_TIMES = 3;

/** An attempt whose result may be read again by another one. */
interface Attempt {
  delivery: Pick<NewDelivery, "id" | "origin" | "asked" | "source">;
  /** That have been read. */
  rows: number;
  end(end: ReadingEnd): Promise<void>;
  /** Leaves it to the next hub. */
  interrupt(): Promise<void>;
}

/** How far an attempt came, and what is to be done about it. */
interface Outcome {
  end: ReadingEnd;
  next: "end" | "read again" | "leave to the next hub";
}

/**
 * @returns ids of the deliveries: of the one that has the result, and of the first, which may be the same
 * @throws FormError when the form does not fit the result: nothing of it is sent
 * @throws UserError when nothing can be taken now
 */
export async function attempt(
  request: DeliveryRequest,
  options: AttemptOptions,
): Promise<{ first: string; last: string }> {
  const reading = await begin(request, options);
  const first = reading.delivery.id;
  const outcome = await read(reading, request, options);
  const again =
    outcome.next === "read again"
      ? await readAgain(attemptOf(reading), outcome.end, options)
      : await conclude(reading, outcome);
  return { first, last: again ?? first };
}

/** Runs again, one after the other, what was being read when the hub before this one stopped. */
export async function attemptInterrupted(
  interrupted: readonly KeptDelivery[],
  options: AttemptOptions,
): Promise<void> {
  for (const { id, origin, source, report } of interrupted) {
    const { asked, read: before } = report;
    const stopped: Attempt = {
      delivery: { id, origin, asked, ...(source !== undefined && { source }) },
      rows: before.rows,
      end: async (end) => void options.intake.endLater(id, end),
      interrupt: async () => undefined,
    };
    try {
      await readAgain(stopped, { problem: STOPPED, truncated: false, messages: [] }, options);
    } catch (error) {
      const fields = { delivery: id };
      if (error instanceof FormError) options.log.warn(fields, "run again, the result does not fit the form");
      else options.log.error({ ...fields, error }, "running a query again stopped by an error of ours");
    }
  }
}

/**
 * @param rerun absent: the result is read for the first time
 * @throws UserError when nothing can be taken now
 * @throws FormError when the form's values were kept by a version of the hub whose values they are not
 */
async function begin(request: DeliveryRequest, options: AttemptOptions, rerun?: Rerun): Promise<Reading> {
  const { deliveries, environmentOf, runAgain, observe, maxValueLength } = options;
  const { source, origin } = request;
  const { environmentId, kind, dryRun, longValues, sync } = taskOf(request, options);
  try {
    return await deliveries.start({
      origin,
      environment: environmentOf(environmentId),
      kind,
      asked: { dryRun, longValues, maxValueLength, sync, ...(rerun && { rerun }) },
      ...(runAgain && source && { source: keepRepeatable({ ...request, source }) }),
    });
  } catch (error) {
    if (!(error instanceof OutboxError)) throw error;
    observe({ is: "refused", reason: "outbox", origin });
    throw new UserError(`Nothing was read or sent: ${error.message}. Send it again later.`);
  }
}

function taskOf(
  { action, form, visualization }: DeliveryRequest,
  { maxValueLength }: Pick<AttemptOptions, "maxValueLength">,
): Task {
  return actionNamed(action).task(form, { visualization, maxValueLength });
}

/** Reads a result as far as it goes. @throws FormError when the form does not fit the result */
async function read(reading: Reading, request: DeliveryRequest, options: AttemptOptions): Promise<Outcome> {
  const { downloader, shutdown, log } = options;
  const { result } = request;
  const mapper = taskOf(request, options).mapper(reading, reading.delivery.startedAt);
  const lifetime = newLifetime(shutdown.cut, reading.cancelled);
  const { signal } = lifetime;
  const source = "url" in result ? downloader.download(result.url, signal) : result.pieces;
  try {
    const { error, isLookers, ...end } = await readResult(
      source,
      mapper,
      () => {
        const stored = signal.aborted ? Promise.resolve() : reading.checkpoint();
        return stored && untilAborted(stored, signal);
      },
      options.documentLimits,
    );
    const { id, origin, source: kept } = reading.delivery;
    if (error !== undefined) {
      const { looker, webhook } = origin;
      log.error({ delivery: id, looker, webhook, error }, "reading stopped by an error of ours");
    }
    if (reading.cancelled.aborted) return { end, next: "end" };
    if (shutdown.cut.aborted && end.problem !== undefined) {
      return {
        end: { ...end, problem: CUT },
        next: kept === undefined ? "end" : "leave to the next hub",
      };
    }
    if (isLookers) return { end, next: "read again" };
    return { end: { ...end, ...fewerThanBefore(reading, end) }, next: "end" };
  } catch (error) {
    if (error instanceof FormError) await reading.refuse(error.message);
    throw error;
  } finally {
    lifetime.abort();
  }
}

async function conclude(reading: Reading, { end, next }: Outcome): Promise<undefined> {
  await (next === "leave to the next hub" ? reading.interrupt() : reading.end(end));
}

function attemptOf(reading: Reading): Attempt {
  return {
    delivery: reading.delivery,
    rows: reading.read.rows,
    end: (end) => reading.end(end),
    interrupt: () => reading.interrupt(),
  };
}

/**
 * What had been read stays sent; the rest comes with the new delivery, which has all rows again.
 * @param first whose reading has not been ended yet
 * @param end how it would be
 * @returns id of the delivery that has the result now; undefined when the query can't be run again
 * @throws FormError when the form does not fit the new result
 */
async function readAgain(
  first: Attempt,
  end: ReadingEnd,
  options: AttemptOptions,
): Promise<string | undefined> {
  const { runAgain, shutdown } = options;
  const { id, origin, asked, source } = first.delivery;
  const times = (asked.rerun?.times ?? 0) + 1;
  if (!runAgain || source === undefined || times > MAX_TIMES) {
    await first.end(end);
    return undefined;
  }
  const problem = end.problem ?? STOPPED;
  const repeatable = readRepeatable(source);
  try {
    const { as, pieces } = await runAgain(repeatable.source, shutdown.cut);
    const request = { ...repeatable, result: { pieces }, origin };
    // Begun before the first one is ended: a crash between the two has it read twice rather than not at all.
    const second = await begin(request, options, { of: id, times, as, rows: first.rows, problem });
    await first.end({ ...end, again: second.delivery.id });
    await conclude(second, endOf(await read(second, request, options)));
    return second.delivery.id;
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof FormError) {
      await first.end(end);
      throw error;
    }
    if (shutdown.cut.aborted) await first.interrupt();
    else {
      const why = error.message.replace(/\.$/, "");
      await first.end({
        ...end,
        problem: `${problem}; the query could not be run again: ${why}`,
        ...(error.said !== undefined && { said: error.said }),
      });
    }
    return undefined;
  }
}

/** A query is run again once: what is not whole then either ends as it is. */
function endOf({ end, next }: Outcome): Outcome {
  return { end, next: next === "read again" ? "end" : next };
}

/** A result that is whole, and yet has not all that had been read of it the time before. */
function fewerThanBefore(
  { read: { rows }, delivery }: Reading,
  { problem }: Pick<ReadingEnd, "problem">,
): { problem: string } | undefined {
  const { rerun } = delivery.asked;
  if (problem !== undefined || rerun === undefined || rows >= rerun.rows) return undefined;
  return { problem: `it has ${number(rows)} rows now, and ${number(rerun.rows)} had been read before` };
}
