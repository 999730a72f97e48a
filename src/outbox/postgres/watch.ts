/**
 * Sees what other hubs have written, and tells of it. The database is looked at each second; a notification only has it looked at
 * sooner.
 */

import { Alarm } from "../../clock";
import { errorCode } from "../../error-code";
import type { Environment } from "../../heap";
import type { HealthState } from "../../report";
import { Listener } from "./listener";
import type { Store } from "./store";
import { DatabaseTrouble } from "./trouble";

/** How often the database is looked at, in milliseconds. */
const LOOK_MS = 1000;

/** Notifications that come within so many milliseconds are looked at together. */
const TOGETHER_MS = 30;

interface LogRow {
  name: string;
  host: string;
  environment: string;
  next_position: number;
  owner: string | null;
  health: string;
  probes: number;
  has_work: boolean;
}

interface DeliveryState {
  id: string;
  host: string;
  environment: string;
  is_cancelled: boolean;
  is_finished: boolean;
  is_over: boolean;
  keeper: string | null;
}

/** What was last seen of a log. */
interface SeenLog {
  position: number;
  health: string;
  probes: number;
}

/** How Heap takes requests as far as nothing else is known. */
const WELL = "{}";

export class Watch {
  private readonly logs = new Map<string, SeenLog>();
  /** Ids of deliveries that are known to be cancelled. */
  private readonly cancelled = new Set<string>();
  private readonly alarm: Alarm;
  private readonly listener: Listener;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {
    const { options, lifetime } = store;
    this.alarm = new Alarm(options.clock, () => this.lookNow(), lifetime.signal);
    this.listener = new Listener({
      ...options,
      signal: lifetime.signal,
      heard: () => this.alarm.set(TOGETHER_MS),
    });
    this.alarm.set(LOOK_MS);
    store.changes.listen("cancelled", ({ id }) => this.cancelled.add(id), lifetime.signal);
  }

  /** Resolves when nothing is looked at any more. */
  async stop(): Promise<void> {
    this.alarm.off();
    await Promise.all([this.looking, this.listener.stop()]);
  }

  private lookNow(): void {
    this.looking = this.looking.then(() => this.look());
  }

  private async look(): Promise<void> {
    const { membership, options, lifetime } = this.store;
    if (lifetime.signal.aborted) return;
    try {
      await membership.bury();
      await this.lookAtDeliveries();
      await this.lookAtLogs();
    } catch (error) {
      if (!(error instanceof DatabaseTrouble))
        options.log.error({ code: errorCode(error) }, "the outbox can't be read");
    }
    if (!this.alarm.isSet) this.alarm.set(LOOK_MS);
  }

  private async lookAtLogs(): Promise<void> {
    const rows = await this.store.database.query<LogRow>(
      `SELECT name, host, environment, next_position, owner, health, probes,
              EXISTS (SELECT 1 FROM batches WHERE batches.log = name) AS has_work
         FROM logs JOIN leases ON leases.log = name`,
    );
    for (const row of rows) this.compare(row, this.logs.get(row.name));
  }

  private compare(row: LogRow, seen: SeenLog | undefined): void {
    const { changes, owned } = this.store;
    const { name, host, next_position: position, health, probes } = row;
    const environment: Environment = { id: row.environment, host };
    this.logs.set(name, { position, health, probes });
    const isOwn = owned.get(name)?.isHeld === true;
    // What nobody owns is for whoever finds it; this hub may have lost it itself.
    const isFree = row.owner === null || row.owner === this.store.membership.id;
    if (isOwn ? seen?.position !== position : row.has_work && isFree) changes.announce("grown", environment);
    if (isOwn && (seen?.probes ?? 0) !== probes) changes.announce("probe", environment);
    if (!isOwn && (seen?.health ?? WELL) !== health) {
      const state: HealthState = JSON.parse(health);
      changes.announce("health", { environment, state, isElsewhere: true });
    }
  }

  private async lookAtDeliveries(): Promise<void> {
    const { store } = this;
    const rows = await store.database.query<DeliveryState>(
      `SELECT id, host, environment, cancelled_at IS NOT NULL AS is_cancelled, finished_at IS NOT NULL AS is_finished,
              ended IS NOT NULL AND batches_left <= 0 AS is_over, keeper
         FROM deliveries WHERE finished_at IS NULL OR id = ANY ($1)`,
      [[...store.kept, ...store.sent]],
    );
    for (const row of rows) await this.see(row);
    const isAbandoned = rows.some(({ is_finished, keeper }) => !is_finished && keeper === null);
    if (isAbandoned) store.changes.announce("abandoned", undefined);
    const open = new Set(rows.flatMap(({ id, is_finished }) => (is_finished ? [] : [id])));
    for (const id of this.cancelled) if (!open.has(id)) this.cancelled.delete(id);
  }

  private async see({ id, host, environment, ...is }: DeliveryState): Promise<void> {
    const { store } = this;
    if (is.is_finished) {
      const isKnown = [store.kept.delete(id), store.sent.delete(id)].includes(true);
      if (isKnown) store.changes.announce("finishedElsewhere", { id });
      return;
    }
    if (is.is_cancelled && !this.cancelled.has(id))
      store.changes.announce("cancelled", { id, environment: { id: environment, host } });
    if (is.is_over) await store.finishIfDone([id]);
  }
}
