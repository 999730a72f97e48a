/** A delivery in a real outbox, for tests that have no hub around it. */

import { Delivery, type DeliveryOptions } from "../../src/delivery/delivery";
import type { OpenedOutbox } from "./open-outbox";
import { storedDelivery } from "./stored-delivery";

/** Enters the delivery "d". */
export async function deliveryIn(
  { outbox, clock }: Pick<OpenedOutbox, "outbox" | "clock">,
  more: Partial<DeliveryOptions> = {},
): Promise<Delivery> {
  const stored = storedDelivery("d");
  await outbox.begin(stored);
  return new Delivery(stored, {
    outbox,
    clock,
    rejectsTolerated: 0,
    onStored: () => undefined,
    onFinished: () => undefined,
    ...more,
  });
}
