/** One execute from its result to its reply: looker reads, mapping turns, delivery sends and reports. */

import type { Logger } from "pino";
import type { Clock } from "./clock";
import { type Deliveries, type Delivery, describe, type Observer, OutboxError } from "./delivery";
import { FormError, UserError } from "./errors";
import type { Environment } from "./heap";
import { type DeliveryRequest, type Downloader, type ExecuteReply, readResult } from "./looker";
import { Mapper } from "./mapping";
import type { Shutdown } from "./shutdown";

const STOPPED = "the action hub was stopped while it was reading";

export interface DeliverOptions {
  deliveries: Deliveries;
  downloader: Downloader;
  environmentOf(id: string): Environment;
  /** From the beginning of an execute, in milliseconds: what is read whole by then is answered as accepted. */
  replyWithinMs: number;
  /** Percent of the rows. */
  rejectsTolerated: number;
  shutdown: Shutdown;
  clock: Clock;
  log: Logger;
  observe: Observer;
}

/**
 * @throws FormError when the form does not fit the result
 * @throws UserError when nothing can be taken now
 */
export async function deliver(request: DeliveryRequest, options: DeliverOptions): Promise<ExecuteReply> {
  const { clock } = options;
  const started = clock.now();
  const delivery = await begin(request, options);
  try {
    await read(delivery, request, options);
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    delivery.abandon();
    throw error;
  }
  await settledWithin(delivery, started + options.replyWithinMs - clock.now(), options);
  const reply = describe(delivery.report, options.rejectsTolerated);
  await options.deliveries.answered(delivery, reply.success);
  return reply;
}

async function begin({ form, origin }: DeliveryRequest, options: DeliverOptions): Promise<Delivery> {
  try {
    return await options.deliveries.start({
      origin,
      environment: options.environmentOf(form.environmentId),
      type: form.propertyType,
      dryRun: form.dryRun,
      longValues: form.longValues,
      sync: form.sync,
    });
  } catch (error) {
    if (!(error instanceof OutboxError)) throw error;
    options.observe({ is: "refused", reason: "outbox", origin });
    throw new UserError(`Nothing was read or sent: ${error.message}. Send it again later.`);
  }
}

async function read(
  delivery: Delivery,
  { form, hiddenFields, result }: DeliveryRequest,
  { downloader, shutdown, log }: DeliverOptions,
): Promise<void> {
  const mapper = new Mapper({ ...form, hiddenFields }, delivery);
  const source = "url" in result ? downloader.download(result.url, shutdown.cut) : result.pieces;
  const stopped = whenCut(shutdown.cut);
  const { error, ...end } = await readResult(source, mapper, () => {
    const stored = delivery.checkpoint();
    return stored && Promise.race([stored, stopped]);
  });
  if (error !== undefined) {
    const { looker, webhook } = delivery.origin;
    log.error({ delivery: delivery.id, looker, webhook, error }, "reading stopped by an error of ours");
  }
  const wasCut = shutdown.cut.aborted && end.problem !== undefined;
  await delivery.readingEnded(wasCut ? { ...end, problem: STOPPED } : end);
}

/** Rejects when the time for reading on is over. */
function whenCut(cut: AbortSignal): Promise<never> {
  const stopped = new Promise<never>((_resolve, reject) => {
    cut.addEventListener("abort", () => reject(new UserError(STOPPED)), { once: true });
  });
  // Nobody may be waiting for it.
  stopped.catch(() => undefined);
  return stopped;
}

/** Waits until the delivery is through or parked, the time to reply has come, or the hub stops. */
async function settledWithin(
  delivery: Delivery,
  milliseconds: number,
  { clock, shutdown }: DeliverOptions,
): Promise<void> {
  let cancel = (): void => undefined;
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(Math.max(milliseconds, 0), resolve);
  });
  await Promise.race([delivery.settled, deadline, shutdown.begun]);
  cancel();
}
