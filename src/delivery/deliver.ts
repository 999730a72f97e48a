/** One execute from its result to its reply: looker reads, mapping turns, delivery sends and reports. */

import { count, number } from "../amounts";
import type { Clock } from "../clock";
import { newLifetime, untilAborted } from "../lifetime";
import type { DeliveryRequest, ExecuteReply } from "../looker";
import { describe } from "../report";
import type { Shutdown } from "../shutdown";
import type { Delivery } from "./delivery";
import { deliveryLink } from "./delivery-link";
import { readAgain } from "./read-again";
import { begin, type ReadingOptions, read } from "./reading";

export interface DeliverOptions extends ReadingOptions {
  /** From the beginning of an execute, in milliseconds: what is read whole by then is answered as accepted. */
  replyWithinMs: number;
  /** Percent of the rows. */
  rejectsTolerated: number;
  clock: Clock;
}

/**
 * @throws FormError when the form does not fit the result
 * @throws UserError when nothing can be taken now
 */
export async function deliver(request: DeliveryRequest, options: DeliverOptions): Promise<ExecuteReply> {
  const { clock } = options;
  const started = clock.monotonic();
  const first = await begin(request, options);
  const end = await read(first, request, options);
  const last = end ? await readAgain(first, end, options) : first;
  await settledWithin([first, last], started + options.replyWithinMs - clock.monotonic(), options);
  const reply = replyFor(last, first, options);
  await options.deliveries.answered(last, reply.success);
  const link = deliveryLink(request.hubUrl, last);
  return link === undefined ? reply : { ...reply, message: `${reply.message} Details: ${link}` };
}

/** @param first the delivery that could not read the result to its end, if `last` had it again */
function replyFor(
  last: Delivery,
  first: Delivery,
  { rejectsTolerated, shutdown }: DeliverOptions,
): ExecuteReply {
  const { reading } = last.report;
  if (reading.end === undefined) {
    // Cut short, and kept for the next hub.
    const message =
      `The action hub is being restarted, and had read ${count(first.report.reading.rows, "row")}. ` +
      "It runs the query again when it is back: nothing need be done.";
    return { success: false, message };
  }
  const reply = describe(last.report, rejectsTolerated);
  if (last === first || reading.end.problem === undefined || shutdown.cut.aborted) return reply;
  const { sent } = first.report;
  return { ...reply, message: `${reply.message} The first time, ${number(sent)} were sent.` };
}

/** Waits until the deliveries are through or parked, the time to reply has come, or the hub stops. */
async function settledWithin(
  deliveries: readonly Delivery[],
  milliseconds: number,
  { clock, shutdown }: { clock: Clock; shutdown: Shutdown },
): Promise<void> {
  const waiting = newLifetime(shutdown.stopping);
  clock.after(Math.max(milliseconds, 0), () => waiting.abort(), waiting.signal);
  const settled = Promise.all(deliveries.map((delivery) => delivery.settled));
  await untilAborted(settled, waiting.signal).catch(() => undefined);
  waiting.abort();
}
