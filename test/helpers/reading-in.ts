/** The reading of a delivery into a real outbox, for tests that have no hub around it. */

import { Reading, type ReadingOptions } from "../../src/delivery/reading";
import { newDelivery } from "./new-delivery";
import type { OpenedOutbox } from "./open-outbox";

/** Enters the delivery "d". */
export async function readingIn(
  { outbox, clock }: Pick<OpenedOutbox, "outbox" | "clock">,
  more: Partial<ReadingOptions> = {},
): Promise<Reading> {
  const delivery = newDelivery("d");
  await outbox.intake.begin(delivery);
  return new Reading(delivery, {
    intake: outbox.intake,
    clock,
    trace: { note: () => undefined, flush: () => undefined },
    onStored: () => undefined,
    ...more,
  });
}
