/** What the pages need of the deliveries. */

import type { Records } from "../outbox";

export interface DeliveriesRoom {
  records: Pick<Records, "find" | "choices" | "get" | "preview" | "rejects" | "standstill">;
  /** @returns whether there was something to cancel */
  cancel(id: string): Promise<boolean>;
  /** Sends the records of a finished delivery that Heap refused again. @returns how many there are */
  sendAgain(id: string): Promise<number>;
  /** Tries one that is parked, or whose Heap is down, now. @returns whether it is one */
  tryNow(id: string): Promise<boolean>;
}
