/** One execute from its result to its reply: looker reads, mapping turns, delivery sends and reports. */

import { count, number } from "../amounts";
import type { Clock } from "../clock";
import { newLifetime } from "../lifetime";
import type { DeliveryRequest, ExecuteReply } from "../looker";
import { ignoreOutboxError, type KeptDelivery, type Outbox } from "../outbox";
import { describe } from "../report";
import { type AttemptOptions, attempt } from "./attempts";
import { deliveryLink } from "./delivery-link";
import type { ReadingPlaces } from "./reading-places";

export interface DeliverOptions extends AttemptOptions {
  outbox: Pick<Outbox, "records" | "changes">;
  /** From the beginning of an execute, in milliseconds: what is read whole by then is answered as accepted. */
  replyWithinMs: number;
  /** Percent of the rows. */
  rejectsTolerated: number;
  /** The name of an environment, where it has one. */
  nameOf(environmentId: string): string | undefined;
  clock: Clock;
  places: ReadingPlaces;
}

/**
 * @throws FormError when the form does not fit the result
 * @throws UserError when nothing can be taken now
 */
export async function deliver(request: DeliveryRequest, options: DeliverOptions): Promise<ExecuteReply> {
  const { clock, deliveries } = options;
  const replyWithinMs = Math.min(options.replyWithinMs, request.replyWithinMs ?? Number.POSITIVE_INFINITY);
  const started = clock.monotonic();
  const release = await place(request, { ...options, replyWithinMs });
  const ids = await attempt(request, options).finally(release);
  const { first, last } = await settled(ids, started + replyWithinMs - clock.monotonic(), options);
  const reply = replyFor(last, first, options);
  await deliveries.answered(last, reply.success);
  const link = deliveryLink(request.hubUrl, last);
  return link === undefined ? reply : { ...reply, message: `${reply.message} Details: ${link}` };
}

/** @throws UserError when there is none in time */
async function place(
  { origin }: DeliveryRequest,
  { places, replyWithinMs, shutdown, observe }: DeliverOptions,
): Promise<() => void> {
  try {
    return await places.take(origin.looker ?? "", replyWithinMs, shutdown.stopping);
  } catch (error) {
    observe({ is: "refused", reason: shutdown.isStopping ? "stopping" : "busy", origin });
    throw error;
  }
}

/** @param first the delivery that could not read the result to its end, if `last` read it again */
function replyFor(
  last: KeptDelivery,
  first: KeptDelivery,
  { rejectsTolerated, nameOf, shutdown }: DeliverOptions,
): ExecuteReply {
  const { end } = last.report;
  if (end === undefined) {
    // Cut short, and kept for the next hub.
    const message =
      `The action hub is being restarted, and had read ${count(first.report.read.rows, "row")}. ` +
      "It runs the query again when it is back: nothing need be done.";
    return { success: false, message };
  }
  const reply = describe(last.report, rejectsTolerated, nameOf);
  if (last.id === first.id || end.problem === undefined || shutdown.cut.aborted) return reply;
  return { ...reply, message: `${reply.message} The first time, ${number(first.report.sent)} were sent.` };
}

/**
 * Waits until the deliveries are finished or parked, the time to reply has come, or the hub stops.
 * @returns them as they then stand
 */
async function settled(
  ids: { first: string; last: string },
  milliseconds: number,
  { clock, shutdown, outbox }: DeliverOptions,
): Promise<{ first: KeptDelivery; last: KeptDelivery }> {
  const { records, changes } = outbox;
  const waiting = newLifetime(shutdown.stopping);
  const { signal } = waiting;
  const end = () => waiting.abort();
  clock.after(Math.max(milliseconds, 0), end, signal);
  const look = async () => {
    const [first, last] = [await records.get(ids.first), await records.get(ids.last)];
    if (!first || !last) throw new Error("a delivery under way is not in the outbox");
    return { first, last };
  };
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  const check = async () => {
    const { first, last } = await look();
    if (isSettled(first) && isSettled(last)) end();
  };
  // What can't be looked at now is looked at when the time is over.
  const checkIfOurs = ({ id }: { id: string }) =>
    void ((id === ids.first || id === ids.last) && check().catch(ignoreOutboxError));
  changes.listen("finished", checkIfOurs, signal);
  changes.listen("finishedElsewhere", checkIfOurs, signal);
  changes.listen("health", () => void check().catch(ignoreOutboxError), signal);
  await check();
  await ended;
  return look();
}

function isSettled({ finishedAt, report }: KeptDelivery): boolean {
  return finishedAt !== undefined || (report.health.parked !== undefined && report.end !== undefined);
}
