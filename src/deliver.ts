/** One execute from its result to its reply: looker reads, mapping turns, delivery sends and reports. */

import type { Logger } from "pino";
import type { Clock } from "./clock";
import { type Deliveries, type Delivery, describe } from "./delivery";
import type { Environment } from "./heap";
import { type DeliveryRequest, type Downloader, type ExecuteReply, readResult } from "./looker";
import { Mapper } from "./mapping";

export interface DeliverOptions {
  deliveries: Deliveries;
  downloader: Downloader;
  environmentOf(id: string): Environment;
  /** From the beginning of an execute, in milliseconds: what is read whole by then is answered as accepted. */
  replyWithinMs: number;
  /** Percent of the rows. */
  rejectsTolerated: number;
  clock: Clock;
  log: Logger;
  /** Called with the delivery once it has begun. */
  onStart(delivery: Delivery): void;
}

/** @throws FormError when the form does not fit the result */
export async function deliver(request: DeliveryRequest, options: DeliverOptions): Promise<ExecuteReply> {
  const { deliveries, downloader, clock } = options;
  const { form, result, origin } = request;
  const started = clock.now();
  const delivery = deliveries.start({
    environment: options.environmentOf(form.environmentId),
    type: form.propertyType,
    dryRun: form.dryRun,
    longValues: form.longValues,
  });
  const log = options.log.child({ delivery: delivery.id, webhook: origin.webhook, looker: origin.instance });
  log.info(
    { environment: form.environmentId, type: form.propertyType, dryRun: form.dryRun },
    "delivery started",
  );
  options.onStart(delivery);

  const mapper = new Mapper({ ...form, hiddenFields: request.hiddenFields }, delivery);
  const source = "url" in result ? downloader.download(result.url) : result.pieces;
  try {
    const { error, ...end } = await readResult(source, mapper, () => delivery.checkpoint());
    if (error !== undefined) log.error({ error }, "reading stopped by an error of ours");
    delivery.readingEnded(end);
  } catch (error) {
    delivery.abandon();
    log.info("delivery refused: its form does not fit the result");
    throw error;
  }
  await settledWithin(delivery, started + options.replyWithinMs - clock.now(), clock);
  const reply = describe(delivery.report, options.rejectsTolerated);
  const { rows, users, sent, rejected } = delivery.report;
  log.info(
    { success: reply.success, rows, users, sent, rejected, ms: clock.now() - started },
    "delivery answered",
  );
  return reply;
}

async function settledWithin(delivery: Delivery, milliseconds: number, clock: Clock): Promise<void> {
  let cancel = (): void => undefined;
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(Math.max(milliseconds, 0), resolve);
  });
  await Promise.race([delivery.settled, deadline]);
  cancel();
}
