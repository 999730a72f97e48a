/** What the pages need of the deliveries. */

import type { DeliveryRecords } from "../delivery";

export interface DeliveriesRoom {
  records: Pick<DeliveryRecords, "find" | "choices" | "get" | "preview" | "firstRejects" | "rejects">;
  /** @returns whether there was something to cancel */
  cancel(id: string): Promise<boolean>;
  /** Sends the records of a finished delivery that Heap refused again. @returns how many there are */
  sendAgain(id: string): Promise<number>;
  /** Tries one that is parked, or whose Heap is down, now. @returns whether it is one */
  tryNow(id: string): boolean;
  /** Stays the same while nothing can change; undefined while a delivery is under way. */
  readonly standstill: number | undefined;
}
