/** A sender whose requests wait until a test answers them. */

import type { Answer, HeapRequest } from "../../src/heap";

export const ACCEPTED: Answer = { kind: "accepted", status: 200 };

export class HandDrivenHeap {
  /** Requests that wait for an answer, in the order in which they were made. */
  readonly waiting: { request: HeapRequest; answer: (answer: Answer) => void }[] = [];
  /** A request is made only then, though its turn has come. */
  turn: Promise<void> | undefined;
  readonly pauseEnds = 0;
  underWay = 0;

  /** @param maxConcurrent requests at once */
  constructor(private readonly maxConcurrent = Number.POSITIVE_INFINITY) {}

  get hasRoom(): boolean {
    return this.underWay < this.maxConcurrent;
  }

  pause(): void {}
  async stop(): Promise<void> {}

  async send(prepare: () => Promise<HeapRequest | undefined>): Promise<Answer> {
    this.underWay++;
    try {
      await this.turn;
      const request = await prepare();
      if (!request) return { kind: "withheld" };
      return await new Promise((resolve) => {
        this.waiting.push({ request, answer: resolve });
      });
    } finally {
      this.underWay--;
    }
  }

  /** What is asked of it now: a property that says whose it is. */
  get asked(): string[] {
    return this.waiting.map(({ request }) => /"of":"([^"]*)"/.exec(request.body.toString())?.[1] ?? "");
  }

  /** @param which of those that wait */
  answer(answer: Answer, which = 0): void {
    const [one] = this.waiting.splice(which, 1);
    one?.answer(answer);
  }
}
