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

  /** Whether one more request would start at once, with so many under way. */
  hasRoom(underWay: number): boolean {
    return this.limiter.hasRoom(underWay);
  }

  /** Never rejects: whatever goes wrong is an answer too. */
  async send(request: HeapRequest): Promise<Answer> {
    try {
      return await this.limiter.run(() => this.client.send(request));
    } catch {
      // The client never throws: the limiter was stopped before the request could start.
      return { kind: "withheld" };
    }
  }

  /** Lets nothing start for so many milliseconds. */
  pause(milliseconds: number): void {
    this.limiter.pause(milliseconds);
  }

  /** In milliseconds since 1970. */
  get pauseEnds(): number {
    return this.limiter.pauseEnds;
  }

  /** Starts nothing more: what has not started is answered as withheld. */
  stop(): Promise<void> {
    return this.limiter.stop();
  }
}
