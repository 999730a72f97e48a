/** The deliveries to be looked at: those under way, and those that are over until retention deletes them. */

import type { Reject } from "../batches";
import type { Archive, DeliverySearch, FoundDeliveries, SearchChoices } from "../outbox";
import type { Delivery } from "./delivery";
import { type DeliveryView, viewOf, withRefusals } from "./delivery-view";

/** Rejects that are read at a time. */
const REJECTS_AT_ONCE = 500;

export class DeliveryRecords {
  /** @param live the delivery, when it is under way */
  constructor(
    private readonly archive: Archive,
    private readonly live: (id: string) => Delivery | undefined,
  ) {}

  /** Newest first. @param skip so many of the newest are left out */
  find(search: DeliverySearch, skip: number, limit: number): FoundDeliveries<DeliveryView> {
    const { deliveries, total } = this.archive.find(search, skip, limit);
    return { deliveries: deliveries.map((kept) => viewOf(kept, this.live(kept.id))), total };
  }

  choices(): SearchChoices {
    return this.archive.choices();
  }

  /** @returns undefined when there is none, or none any more */
  get(id: string): DeliveryView | undefined {
    const kept = this.archive.get(id);
    return kept && withRefusals(viewOf(kept, this.live(id)), this.archive);
  }

  /** The first records of a dry run, as they would be sent: JSON texts. Personal data. */
  preview(id: string): readonly string[] {
    return this.archive.preview(id);
  }

  /** The first rejects, in the order of their rows. Personal data. */
  firstRejects(id: string, limit: number): Reject[] {
    return this.archive.rejects(id, 0, limit);
  }

  /** All rejects, in the order of their rows, a few at a time. Personal data. */
  *rejects(id: string): Generator<Reject> {
    let after = 0;
    for (;;) {
      const some = this.archive.rejects(id, after, REJECTS_AT_ONCE);
      yield* some;
      if (some.length < REJECTS_AT_ONCE) return;
      after = some.at(-1)?.row ?? after;
    }
  }
}
