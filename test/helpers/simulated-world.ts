/**
 * The sending side in simulated time: deliveries go into a real outbox, a real scheduler sends them to a simulated
 * Heap, time jumps to the next thing that happens, and the hub may die and start again at any moment.
 */

import path from "node:path";
import type { HealthState } from "../../src/delivery/environment-health";
import { HandDrivenClock } from "./hand-driven-clock";
import { BATCH_KEY, type Decide, SimulatedHeap } from "./simulated-heap";
import { SETTLE_MS, SimulatedHub } from "./simulated-hub";
import { batchesOf, LOG, storedDelivery } from "./stored-delivery";
import { turns } from "./until";
import { applyTo, type UserRecord } from "./updates";

/** Whatever is still not through after so long never will be, in milliseconds. */
const DAY_MS = 24 * 3_600_000;

/** A world in which more happens than this has a hub that does not wait for anything. */
const MOST_STEPS = 20_000;

export class SimulatedWorld {
  readonly clock = new HandDrivenClock();
  readonly heap: SimulatedHeap;
  /** Identities of the records that were rejected, each as often as it was. */
  readonly rejected: string[] = [];
  /** Changes of Heap's health as the hub saw them. */
  readonly health: HealthState[] = [];
  /** Deliveries whose batch was said to be through, each as often as it was. */
  readonly finished: string[] = [];
  /** How often time moved on. */
  steps = 0;
  /** What Heap is to hold at the end. */
  readonly expected = new Map<string, UserRecord["properties"]>();
  private readonly sizes = new Map<string, number>();
  private lives = 0;
  private hub: SimulatedHub;

  private constructor(
    private readonly folder: string,
    decide: Decide,
  ) {
    this.heap = new SimulatedHeap(this.clock, SETTLE_MS, decide);
    this.hub = this.newHub();
  }

  /** @param folder an empty one */
  static async start(folder: string, decide: Decide): Promise<SimulatedWorld> {
    const world = new SimulatedWorld(folder, decide);
    await world.hub.start();
    return world;
  }

  /**
   * Commits a delivery of one batch. Each record gets a property with the number of the batch, from 1.
   * @param isKept says which records Heap is to hold at the end; by default all
   */
  async deliver(
    records: readonly UserRecord[],
    isKept: (record: UserRecord) => boolean = () => true,
  ): Promise<number> {
    const batch = this.sizes.size + 1;
    const id = `delivery-${batch}`;
    const named = records.map(({ identity, properties }) => ({
      identity,
      properties: { ...properties, [BATCH_KEY]: batch },
    }));
    const { outbox } = this.hub;
    const delivery = storedDelivery(id, { rows: records.length, users: records.length });
    await outbox.begin(delivery);
    await outbox.append(id, delivery.reading, batchesOf(id, named), []);
    this.sizes.set(id, records.length);
    for (const record of named.filter(isKept)) applyTo(this.expected, record);
    this.hub.grown();
    return batch;
  }

  /** Delivers these users, with nothing but the number of the batch. */
  deliverUsers(...identities: readonly string[]): Promise<number> {
    return this.deliver(identities.map((identity) => ({ identity, properties: {} })));
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    await turns();
    while (this.clock.next !== undefined && this.clock.next <= end) await this.step();
    this.clock.advance(end - this.clock.now());
    await turns();
  }

  /**
   * Lets time pass until Heap has, or has refused, everything that was delivered.
   * @param isOver ends it sooner
   * @throws Error when a day is not enough
   */
  async run(isOver: () => boolean = () => false): Promise<void> {
    const end = this.clock.now() + DAY_MS;
    await turns();
    while (!isOver() && !(await this.isThrough())) {
      if (this.clock.next === undefined || this.clock.now() > end)
        throw new Error("it will never be through");
      await this.step();
    }
  }

  /** Whether Heap has, or has refused, everything that was delivered. */
  async isThrough(): Promise<boolean> {
    return (await this.hub.outbox.read(LOG, 0, 1)).length === 0;
  }

  /** Deliveries of which not every record counts once as sent or as refused. */
  async miscounted(): Promise<string[]> {
    const all = await this.hub.outbox.unfinished();
    const wrong = all.filter(({ id, sent, refused }) => sent + refused !== this.sizes.get(id));
    return wrong.map(({ id, sent, refused }) => `${id}: ${sent} sent, ${refused} refused`);
  }

  /** The hub is killed, and starts again after so long. */
  async crash(downMs = 0): Promise<void> {
    this.heap.hubDied(downMs);
    await this.hub.die(this.folderOf(this.lives + 1));
    this.lives++;
    await this.startAgain(downMs);
  }

  /** The hub is stopped, and starts again after so long. */
  async restart(downMs = 0): Promise<void> {
    const stopped = this.hub.stop();
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    for (await turns(); !isStopped; ) await this.step();
    await this.startAgain(downMs);
  }

  async close(): Promise<void> {
    await this.hub.die(this.folderOf(this.lives + 1));
  }

  private async startAgain(downMs: number): Promise<void> {
    this.clock.advance(downMs);
    this.hub = this.newHub();
    await this.hub.start();
    await turns();
  }

  private newHub(): SimulatedHub {
    return new SimulatedHub(this.folderOf(this.lives), this.heap, this.clock, {
      refused: (_batch, { identity = "?" }) => this.rejected.push(identity),
      finished: ({ delivery }) => this.finished.push(delivery),
      health: (state) => this.health.push(state),
    });
  }

  private folderOf(life: number): string {
    return path.join(this.folder, `life-${life}`);
  }

  private async step(): Promise<void> {
    const { next } = this.clock;
    if (next === undefined) throw new Error("nothing is to happen any more");
    if (++this.steps > MOST_STEPS) throw new Error("the hub is busy without an end");
    this.clock.advance(next - this.clock.now());
    await turns();
  }
}
