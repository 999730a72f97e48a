/**
 * This hub as one of those on the database. Its row there says until when it is alive, on the database's clock; while it is, what
 * it owns is nobody else's. By its own clocks it counts itself as out a moment before the others may.
 */

import { randomUUID } from "node:crypto";
import { Alarm, type Clock } from "../../clock";
import { newLifetime } from "../../lifetime";
import type { Database } from "./database";

export interface MembershipOptions {
  database: Database;
  clock: Clock;
  /** How long a hub that says nothing counts as alive, in milliseconds. */
  aliveMs: number;
  /** Until the hub stops. */
  signal: AbortSignal;
}

/** A hub says that it is alive so often within the time that it counts as such. */
const BEATS = 5;

/** What the two clocks may run apart within that time. */
const MARGIN = 0.1;

export class Membership {
  id = randomUUID();
  /** When it says so next. */
  private readonly beat: Alarm;
  /** When it may count as dead. */
  private readonly end: Alarm;
  private until = Number.NEGATIVE_INFINITY;
  /** The same by the date: an interval does not count the time for which a machine was suspended. */
  private untilDate = Number.NEGATIVE_INFINITY;
  private life = newLifetime();
  /** Since when it has been in touch with the database without a break. */
  private inTouchSince = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: MembershipOptions) {
    const { clock, signal } = options;
    this.beat = new Alarm(clock, () => void this.renew(), signal);
    this.end = new Alarm(clock, () => this.lose(), signal);
    this.life.abort();
  }

  /** @throws DatabaseTrouble when the database can't be used */
  async join(): Promise<void> {
    const { database, aliveMs } = this.options;
    const asked = this.now();
    await database.query(
      `INSERT INTO hubs (id, until) VALUES ($1, clock_timestamp() + make_interval(secs => $2))
       ON CONFLICT (id) DO UPDATE SET until = excluded.until`,
      [this.id, aliveMs / 1000],
    );
    this.prolong(asked);
  }

  get isAlive(): boolean {
    const { clock } = this.options;
    return clock.monotonic() < this.until && clock.now() < this.untilDate;
  }

  /** Aborts when others may count this hub as dead. */
  get lost(): AbortSignal {
    return this.life.signal;
  }

  /** Frees what is a dead hub's. A hub that was out of touch itself gives the others time to be heard first. */
  async bury(): Promise<void> {
    const { database, clock, aliveMs } = this.options;
    if (!this.isAlive || clock.monotonic() - this.inTouchSince < aliveMs) return;
    // After a restart of the server all of them have been out of touch.
    await database.query(
      `WITH dead AS (DELETE FROM hubs WHERE until < clock_timestamp() AND id <> $1
           AND pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => $2) RETURNING id, until),
         freed AS (UPDATE leases SET owner = NULL, former_until = dead.until FROM dead WHERE owner = dead.id)
       UPDATE deliveries SET keeper = NULL FROM dead WHERE keeper = dead.id AND finished_at IS NULL`,
      [this.id, aliveMs / 1000],
    );
    await database.query(
      `UPDATE leases SET owner = NULL, former_until = clock_timestamp()
        WHERE owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM hubs WHERE hubs.id = owner)`,
    );
    await database.query(
      `UPDATE deliveries SET keeper = NULL WHERE finished_at IS NULL AND keeper IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM hubs WHERE hubs.id = keeper)`,
    );
  }

  /** Gives back what this hub still has. */
  async leave(): Promise<void> {
    this.beat.off();
    this.end.off();
    this.lose();
    await this.options.database.query(
      `WITH gone AS (DELETE FROM hubs WHERE id = $1),
         freed AS (UPDATE leases SET owner = NULL, former_until = clock_timestamp() WHERE owner = $1)
       UPDATE deliveries SET keeper = NULL WHERE keeper = $1 AND finished_at IS NULL`,
      [this.id],
    );
  }

  private async renew(): Promise<void> {
    const { database, aliveMs, signal } = this.options;
    this.beat.set(aliveMs / BEATS);
    const asked = this.now();
    try {
      const renewed = await database.query(
        "UPDATE hubs SET until = clock_timestamp() + make_interval(secs => $2) WHERE id = $1 RETURNING id",
        [this.id, aliveMs / 1000],
      );
      if (signal.aborted) return;
      if (renewed.length > 0) this.prolong(asked);
      else await this.joinAgain();
    } catch {
      // What is wrong is known to the database's side; it is tried again with the next beat.
      this.inTouchSince = Number.POSITIVE_INFINITY;
    }
  }

  /** Others have counted this hub as dead, and taken what it had. */
  private joinAgain(): Promise<void> {
    this.lose();
    this.id = randomUUID();
    return this.join();
  }

  private prolong(asked: { monotonic: number; date: number }): void {
    const held = this.options.aliveMs * (1 - MARGIN);
    if (this.life.signal.aborted) this.life = newLifetime();
    if (this.inTouchSince === Number.POSITIVE_INFINITY) this.inTouchSince = asked.monotonic;
    this.until = asked.monotonic + held;
    this.untilDate = asked.date + held;
    this.end.set(Math.max(this.until - this.options.clock.monotonic(), 0));
    this.beat.set(this.options.aliveMs / BEATS);
  }

  private lose(): void {
    this.until = Number.NEGATIVE_INFINITY;
    this.life.abort();
  }

  private now() {
    return { monotonic: this.options.clock.monotonic(), date: this.options.clock.now() };
  }
}
