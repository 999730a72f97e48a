/** Has a result from Looker once more when it could not be read to its end, and reads that into a delivery of its own. */

import { FormError, UserError } from "../errors";
import type { ReadingEnd } from "../report";
import { STOPPED } from "./deliveries";
import type { Delivery } from "./delivery";
import { begin, cutShort, type ReadingOptions, read } from "./reading";
import { readRepeatable } from "./repeatable";

/** A document that brings the hub down would do so at every start. */
const MAX_TIMES = 3;

/**
 * What had been read stays sent; the rest comes with the new delivery, which has all rows again.
 * @param first whose reading has not been ended yet
 * @param end how it would be
 * @returns the delivery that has the result now: `first` itself when it can't be had again
 * @throws FormError when the form does not fit the new result
 */
export async function readAgain(
  first: Delivery,
  end: ReadingEnd,
  options: ReadingOptions,
): Promise<Delivery> {
  const { source, rows, rerun } = first.report.reading;
  const { runAgain, shutdown } = options;
  const times = (rerun?.times ?? 0) + 1;
  if (!runAgain || source === undefined || times > MAX_TIMES) {
    await first.readingEnded(end);
    return first;
  }
  const problem = end.problem ?? STOPPED;
  const repeatable = readRepeatable(source);
  try {
    const { as, pieces } = await runAgain(repeatable.source, shutdown.cut);
    const request = { ...repeatable, result: { pieces }, origin: first.origin };
    // Begun before the first one is ended: a crash between the two has it read twice rather than not at all.
    const second = await begin(request, options, { of: first.id, times, as, rows, problem });
    await first.readingEnded({ ...end, again: second.id });
    const secondEnd = await read(second, request, options);
    if (secondEnd) await second.readingEnded(secondEnd);
    return second;
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof FormError) {
      await first.readingEnded(end);
      throw error;
    }
    if (shutdown.cut.aborted) await cutShort(first, end);
    else {
      const why = error.message.replace(/\.$/, "");
      await first.readingEnded({
        ...end,
        problem: `${problem}; the query could not be run again: ${why}`,
        ...(error.said !== undefined && { said: error.said }),
      });
    }
    return first;
  }
}

/** Has what was being read when the hub before this one stopped once more, one after the other. */
export async function readInterrupted(
  interrupted: readonly Delivery[],
  options: ReadingOptions,
): Promise<void> {
  for (const delivery of interrupted) {
    const end = { problem: STOPPED, truncated: false, messages: [] };
    try {
      await readAgain(delivery, end, options);
    } catch (error) {
      const fields = { delivery: delivery.id };
      if (error instanceof FormError) options.log.warn(fields, "had again, the result does not fit the form");
      else options.log.error({ ...fields, error }, "having a result again stopped by an error of ours");
    }
  }
}
