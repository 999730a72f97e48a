/** Heap as one environment sees it: requests at once, pauses, and the client that all environments share. */

import type { Clock } from "../clock";
import type { Answer } from "./answer";
import type { HeapClient, HeapRequest } from "./client";
import { Limiter } from "./limiter";

export class EnvironmentSender {
  private readonly limiter: Limiter;

  /** @param maxConcurrent requests at once */
  constructor(
    private readonly client: HeapClient,
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
  send(request: HeapRequest): Promise<Answer> {
    return this.limiter.run(() => this.client.send(request));
  }

  /** Lets nothing start for so many milliseconds. */
  pause(milliseconds: number): void {
    this.limiter.pause(milliseconds);
  }

  get pauseEnds(): number {
    return this.limiter.pauseEnds;
  }

  stop(): void {
    this.limiter.stop();
  }
}
