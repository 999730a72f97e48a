/** Heap as one environment sees it: requests at once, pauses, and the client that all environments share. */

import type { Clock } from "../clock";
import type { Answer } from "./answer";
import type { HeapClient, HeapRequest } from "./client";
import { Limiter } from "./limiter";

export class EnvironmentSender {
  private readonly limiter: Limiter;

  /** @param maxConcurrent requests at once */
  constructor(
    private readonly client: Pick<HeapClient, "send">,
    maxConcurrent: number,
    clock: Clock,
  ) {
    this.limiter = new Limiter(maxConcurrent, clock);
  }

  /** Requests that have not been answered. */
  get underWay(): number {
    return this.limiter.underWay;
  }

  /** Whether one more request would start at once. */
  get hasRoom(): boolean {
    return this.limiter.hasRoom;
  }

  /**
   * Sends a request when it is its turn. Whatever goes wrong with sending it is an answer too.
   * @param prepare makes it, once it may go out; undefined: it is not to go out any more, and is answered as withheld
   * @throws what `prepare` throws
   */
  async send(prepare: () => Promise<HeapRequest | undefined>): Promise<Answer> {
    const answer = await this.limiter.run(async () => {
      const request = await prepare();
      return request && this.client.send(request);
    });
    return answer ?? { kind: "withheld" };
  }

  /** Lets nothing start for so many milliseconds. */
  pause(milliseconds: number): void {
    this.limiter.pause(milliseconds);
  }

  /** When a pause ends, by the monotonic clock. */
  get pauseEnds(): number {
    return this.limiter.pauseEnds;
  }

  /** Starts nothing more: what has not started is answered as withheld. */
  stop(): Promise<void> {
    return this.limiter.stop();
  }
}
