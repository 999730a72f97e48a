/** Takes what is read of a result into PostgreSQL. */

import {
  type Batch,
  bodyMemory,
  fingerprintsIn,
  giveBack,
  leaveOut,
  logName,
  previewOf,
  type Selected,
  selectAll,
} from "../../batches";
import { wait } from "../../clock";
import { newLifetime } from "../../lifetime";
import { nothingRead, type ReadingEnd } from "../../report";
import { foldTitle } from "../delivery-rows";
import type { Appended, Checkpoint, Intake } from "../intake";
import type { NewDelivery } from "../kept-delivery";
import { type KeySet, keysOf } from "../key-set";
import { OutboxError } from "../outbox";
import { type AppendAnswer, type AppendedCheckpoint, appendStatement } from "./append";
import { asOutboxError, enterLog, GONE, readOf } from "./checkpoint";
import { areUnchanged, enterSet, remember } from "./fingerprints";
import { type Store, textOf } from "./store";

/** How often a full outbox is looked at again, in milliseconds. */
const ROOM_CHECK_MS = 500;

/** A delivery that can't be entered within so many milliseconds is refused: Looker waits for an answer. */
const BEGIN_WITHIN_MS = 2000;

/** What was selected of a checkpoint, and what the database made of it. */
interface Stored {
  answer: AppendAnswer;
  selected: Selected;
}

export class PostgresIntake implements Intake {
  /** Names of logs that remember records: known from the first checkpoint that met with it. */
  private readonly remembering = new Set<string>();
  /** By delivery: number of the last checkpoint that is stored. */
  private readonly numbers = new Map<string, number>();

  constructor(private readonly store: Store) {}

  problem(): Promise<string | undefined> {
    return this.store.waiting.problem();
  }

  async whenRoom(signal: AbortSignal): Promise<void> {
    const { store } = this;
    const waiting = newLifetime(signal, store.lifetime.signal);
    while (!waiting.signal.aborted && (await this.problem()) !== undefined)
      await wait(store.options.clock, ROOM_CHECK_MS, waiting.signal);
    waiting.abort();
  }

  async begin(delivery: NewDelivery): Promise<void> {
    const { store } = this;
    const { id, startedAt, environment, kind, asked, source, origin, linkKey } = delivery;
    const { title, looker, webhook } = origin;
    const log = logName(environment);
    const enter = () =>
      store.database.transaction(async (query) => {
        await enterLog(query, delivery);
        await query(
          `INSERT INTO deliveries (id, log, started_at, host, environment, type, asked, read, source, title, title_folded,
             looker, webhook, link_key, keeper, outcome, is_new_environment)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                  CASE WHEN $16 AND health::json ->> 'parked' IS NOT NULL THEN 'parked' ELSE 'in progress' END,
                  CASE WHEN EXISTS (SELECT 1 FROM reached WHERE host = $4 AND environment = $5) THEN 0 ELSE 1 END
             FROM leases WHERE log = $2 ON CONFLICT (id) DO NOTHING`,
          [
            ...[id, log, startedAt, environment.host, environment.id, kind],
            ...[asked, nothingRead()].map((each) => JSON.stringify(each)),
            source ?? null,
            ...[title, title && foldTitle(title), looker, webhook, linkKey].map((each) =>
              each === undefined ? null : textOf(each),
            ),
            ...[store.membership.id, !asked.dryRun],
          ],
        );
        await query("SELECT nextval('deliveries_opened')");
      });
    // Known before it is there: what this hub begins is nothing that was left.
    store.kept.add(id);
    try {
      await asOutboxError(store.database.tryFor(BEGIN_WITHIN_MS, enter, store.lifetime.signal));
    } catch (error) {
      store.kept.delete(id);
      throw error;
    }
    this.numbers.set(id, 0);
  }

  async append(delivery: NewDelivery, checkpoint: Checkpoint): Promise<Appended> {
    const { store } = this;
    const { id, environment, kind, asked } = delivery;
    const { collected, end } = checkpoint;
    const of = { delivery: id, environment, kind };
    const all = asked.sync === "all" ? selectAll(collected, of) : undefined;
    // What Heap has taken by now is known to be there.
    if (asked.sync === "changed") await store.writes.flush();
    const attempt = async () => {
      const number = 1 + (this.numbers.get(id) ?? (await this.numberOf(id)));
      const isPlain = all && !this.remembering.has(logName(environment));
      const plain = isPlain ? await this.plain(delivery, checkpoint, number, all) : undefined;
      const stored = plain ?? (await this.judged(delivery, checkpoint, number, all));
      return { ...stored, number };
    };
    const { answer, selected, number } = await asOutboxError(
      store.database.untilDone(attempt, store.lifetime.signal),
    );
    // An answer that was lost on its way may have come to this.
    if (answer.base === null && answer.checkpoint !== number) throw new OutboxError(GONE);
    this.numbers.set(id, number);
    if (end) this.numbers.delete(id);
    const inLog = asked.dryRun || answer.is_cancelled ? [] : selected.batches;
    if (all === undefined) giveBack(collected);
    this.areIn(inLog, answer.base);
    if (inLog.length === 0 && all) for (const { body } of all.batches) bodyMemory.give(body);
    if (end) await store.finishIfDone([id]).catch(() => undefined);
    return {
      read: readOf(checkpoint, selected, answer.is_cancelled),
      batches: inLog.length,
      isCancelled: answer.is_cancelled,
    };
  }

  async endLater(delivery: string, end: ReadingEnd): Promise<void> {
    const { store } = this;
    this.numbers.delete(delivery);
    await store.writes.soon(async () => {
      await store.database.query(
        "UPDATE deliveries SET ended = coalesce(ended, $2), source = NULL WHERE id = $1 AND finished_at IS NULL",
        [delivery, JSON.stringify(end)],
      );
      await store.finishIfDone([delivery]);
    });
  }

  async told(delivery: string): Promise<boolean> {
    const told = await asOutboxError(
      this.store.rows("UPDATE deliveries SET told = 1 WHERE id = $1 AND finished_at IS NULL RETURNING id", [
        delivery,
      ]),
    );
    return told.length > 0;
  }

  /** @returns undefined when the log remembers records, which has to be seen to first */
  private async plain(
    delivery: NewDelivery,
    checkpoint: Checkpoint,
    number: number,
    selected: Selected,
  ): Promise<Stored | undefined> {
    const { text, values } = appendStatement(
      this.statementOf(delivery, checkpoint, selected, { number, isJudged: false, keySet: undefined }),
    );
    const [answer] = await this.store.database.query<AppendAnswer>(text, values);
    if (!answer) throw new OutboxError(GONE);
    const isHeldUp = answer.has_key_sets && answer.base === null && answer.checkpoint === number - 1;
    if (!isHeldUp || answer.is_ended) return { answer, selected };
    this.remembering.add(logName(delivery.environment));
    return undefined;
  }

  /** With the log locked: what is older in it has been looked at. */
  private judged(
    delivery: NewDelivery,
    checkpoint: Checkpoint,
    number: number,
    all: Selected | undefined,
  ): Promise<Stored> {
    const { environment, kind, id, asked } = delivery;
    const log = logName(environment);
    const set: KeySet = { log, kind, keys: keysOf(checkpoint.read) };
    const at = this.store.options.clock.now();
    const of = { delivery: id, environment, kind };
    const records = all ? [] : fingerprintsIn(checkpoint.collected, of);
    return this.store.database.transaction(async (query) => {
      await query("SELECT 1 FROM logs WHERE name = $1 FOR UPDATE", [log]);
      const selected =
        all ?? leaveOut(checkpoint.collected, of, records, await areUnchanged(query, set, records, at));
      const isRemembered = asked.sync === "changed" && !asked.dryRun && selected.batches.length > 0;
      const own = isRemembered ? await enterSet(query, set, at) : undefined;
      const { text, values } = appendStatement(
        this.statementOf(delivery, checkpoint, selected, { number, isJudged: true, keySet: own }),
      );
      const [answer] = await query<AppendAnswer>(text, values);
      if (!answer) throw new OutboxError(GONE);
      if (answer.base !== null && !answer.is_cancelled && !asked.dryRun)
        await remember(query, set, { batches: selected.batches, own, first: answer.base });
      return { answer, selected };
    });
  }

  private statementOf(
    { id, environment, asked }: NewDelivery,
    checkpoint: Checkpoint,
    selected: Selected,
    more: Pick<AppendedCheckpoint, "number" | "isJudged" | "keySet">,
  ): AppendedCheckpoint {
    const { batches } = selected;
    const preview = asked.dryRun && batches.length > 0 ? JSON.stringify(previewOf(batches)) : undefined;
    return {
      delivery: id,
      log: logName(environment),
      batches: asked.dryRun ? [] : batches,
      readIfCancelled: JSON.stringify(readOf(checkpoint, selected, true)),
      read: JSON.stringify(readOf(checkpoint, selected, false)),
      preview,
      end: checkpoint.end && JSON.stringify(checkpoint.end),
      rejects: checkpoint.rejects,
      at: this.store.options.clock.now(),
      ...more,
    };
  }

  /** Of the last checkpoint of a delivery that another hub has begun. */
  private async numberOf(delivery: string): Promise<number> {
    const [row] = await this.store.database.query<{ checkpoint: number }>(
      "SELECT checkpoint FROM deliveries WHERE id = $1",
      [delivery],
    );
    return row?.checkpoint ?? 0;
  }

  private areIn(batches: readonly Batch[], base: number | null): void {
    const { store } = this;
    const [first] = batches;
    if (!first) return;
    const log = logName(first.environment);
    const isOwn = store.owned.get(log)?.isHeld === true;
    for (const [at, { body }] of batches.entries()) {
      store.waiting.add(body.length);
      if (isOwn && base !== null) store.fresh.keep(`${log} ${base + at}`, body);
      else bodyMemory.give(body);
    }
    store.changes.announce("grown", first.environment);
    if (!isOwn) store.wakeOthers();
  }
}
