/** How many results are read at once. Who comes when all places are taken waits: the Looker instances get places in turn. */

import type { Clock } from "../clock";
import { UserError } from "../errors";
import { newLifetime } from "../lifetime";

export class ReadingPlaces {
  /** Results that are being read. */
  reading = 0;
  /** Looker instance → who waits, in their order. The instance that is next stands first. */
  private readonly waiting = new Map<string, Set<() => void>>();

  /** @param places results at once */
  constructor(
    private readonly places: number,
    private readonly clock: Clock,
  ) {}

  /** Results that wait to be read. */
  get queued(): number {
    return [...this.waiting.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @param looker id of the Looker instance; empty where it does not say
   * @param withinMs how long to wait, in milliseconds
   * @param stopping ends the waiting
   * @returns gives the place back
   * @throws UserError when there was none in time, or the hub stops
   */
  async take(looker: string, withinMs: number, stopping: AbortSignal): Promise<() => void> {
    if (this.reading >= this.places) await this.turn(looker, withinMs, stopping);
    else this.reading++;
    let isTaken = true;
    return () => {
      if (isTaken) this.giveBack();
      isTaken = false;
    };
  }

  private async turn(looker: string, withinMs: number, stopping: AbortSignal): Promise<void> {
    const limit = newLifetime(stopping);
    this.clock.after(withinMs, () => limit.abort(), limit.signal);
    const queue = this.waiting.get(looker) ?? new Set();
    this.waiting.set(looker, queue);
    const isGiven = await new Promise<boolean>((resolve) => {
      const admit = () => resolve(true);
      const giveUp = () => {
        // Not found any more: it has its place.
        if (queue.delete(admit)) resolve(false);
        if (queue.size === 0 && this.waiting.get(looker) === queue) this.waiting.delete(looker);
      };
      queue.add(admit);
      if (limit.signal.aborted) giveUp();
      else limit.signal.addEventListener("abort", giveUp, { once: true });
    });
    limit.abort();
    if (isGiven) return;
    throw new UserError(
      stopping.aborted
        ? "Nothing was read or sent: the action hub is being restarted. Send it again in a few minutes."
        : `Nothing was read or sent: the action hub is reading ${this.places} other results. Send it again later.`,
    );
  }

  /** The place goes to the next one, whose instance then is the last in turn. */
  private giveBack(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      this.reading--;
      return;
    }
    const [looker, queue] = first;
    const [admit] = queue;
    this.waiting.delete(looker);
    if (admit === undefined) {
      this.giveBack();
      return;
    }
    queue.delete(admit);
    if (queue.size > 0) this.waiting.set(looker, queue);
    admit();
  }
}
