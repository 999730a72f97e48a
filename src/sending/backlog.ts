/**
 * The batches of a log of which only the identities have been looked at: whether one of them shares an identity with another
 * batch is known without reading them again. The identities of the last ones are in memory, those before are with the log, as
 * sets of two bytes each.
 */

import { foundInPart, intoParts, type LoggedBatch, SET_PARTS, writePart } from "../batches";
import { ignoreLeaseLost, type Lease, type Logs } from "../outbox";
import type { Place } from "./delivery-queue";
import { inOrder } from "./identities";
import { IdentityLookup } from "./identity-lookup";

/** A set is of no more batches than so many. */
const SET_BATCHES = 4096;

/** Batches that are read at a time. */
const PIECE = 64;

type Unread = Pick<LoggedBatch, "delivery" | "position" | "hashes">;

interface KeptSet {
  /** Position of its first batch: its name. */
  first: number;
  last: number;
  /** By delivery: how many of its batches have not been read since. */
  unread: Map<string, number>;
}

export interface BacklogOptions {
  lease: Lease;
  logs: Pick<Logs, "read" | "keepIdentities" | "identities" | "dropIdentities">;
  /** Users whose identities are in memory before they become a set. */
  setUsers: number;
}

export class Backlog {
  private readonly sets: KeptSet[] = [];
  /** By position, in order. */
  private recent = new Map<number, Unread>();
  private recentUsers = 0;

  /** @param isUnread whether a batch of the log is one of these */
  constructor(
    private readonly options: BacklogOptions,
    private readonly isUnread: (place: Place) => boolean,
  ) {}

  /** Takes the next batch of the log: it is not read now. */
  async add(batch: LoggedBatch): Promise<void> {
    const { delivery, position } = batch;
    const hashes = inOrder(batch);
    this.recent.set(position, { delivery, position, hashes });
    this.recentUsers += hashes.length;
    if (this.recentUsers >= this.options.setUsers || this.recent.size >= SET_BATCHES) await this.keepRecent();
  }

  /** The batch has been read after all. */
  remove(batch: LoggedBatch): void {
    const { delivery, position } = batch;
    if (this.recent.delete(position)) this.recentUsers -= inOrder(batch).length;
    const set = this.sets.find(({ last }) => last >= position);
    const unread = set?.unread.get(delivery);
    if (!set || unread === undefined || position < set.first) return;
    if (unread > 1) set.unread.set(delivery, unread - 1);
    else this.removeFrom(set, delivery);
  }

  /** Nothing of a delivery is in the log any more but what has been read of it. */
  forget(delivery: string): void {
    for (const unread of this.recent.values()) {
      if (unread.delivery !== delivery) continue;
      this.recent.delete(unread.position);
      this.recentUsers -= unread.hashes.length;
    }
    for (const set of [...this.sets]) if (set.unread.has(delivery)) this.removeFrom(set, delivery);
  }

  /** For each of these batches: those of other deliveries that stand before it and share an identity with it. */
  async sharing(batches: readonly LoggedBatch[]): Promise<Map<LoggedBatch, Place[]>> {
    const found = new Map<LoggedBatch, Place[]>();
    const asked = batches.filter((batch) => inOrder(batch).length > 0 && this.isBehindOthers(batch));
    if (asked.length === 0) return found;
    const lookup = new IdentityLookup(asked);
    const compare = ({ delivery, position, hashes }: Unread) => {
      for (const batch of lookup.sharing(hashes)) {
        if (batch.delivery === delivery || batch.position < position) continue;
        found.set(batch, [...(found.get(batch) ?? []), { delivery, position }]);
      }
    };
    const parts = intoParts(asked.map(({ hashes }) => hashes));
    for (const set of this.sets.filter((each) => asked.some((batch) => isBehind(batch, each)))) {
      if (await this.mayShare(set, parts)) await this.readSet(set, compare);
    }
    for (const unread of this.recent.values()) compare(unread);
    return found;
  }

  private isBehindOthers(batch: LoggedBatch): boolean {
    if (this.sets.some((set) => isBehind(batch, set))) return true;
    for (const { delivery, position } of this.recent.values()) {
      if (position > batch.position) return false;
      if (delivery !== batch.delivery) return true;
    }
    return false;
  }

  private async mayShare({ first }: KeptSet, asked: readonly Uint32Array[]): Promise<boolean> {
    const { logs, lease } = this.options;
    for (let part = 0; part < SET_PARTS; part++) {
      const hashes = asked[part]!;
      if (hashes.length === 0) continue;
      if (foundInPart(await logs.identities(lease, first, part), hashes).length > 0) return true;
    }
    return false;
  }

  private async readSet({ first, last }: KeptSet, compare: (unread: Unread) => void): Promise<void> {
    const { logs, lease } = this.options;
    for (let after = first - 1; after < last; ) {
      const batches = await logs.read(lease, after, PIECE);
      for (const batch of batches)
        if (batch.position <= last && this.isUnread(batch)) compare({ ...batch, hashes: inOrder(batch) });
      after = batches.at(-1)?.position ?? last;
    }
  }

  private async keepRecent(): Promise<void> {
    const batches = [...this.recent.values()];
    const first = batches[0]?.position ?? 0;
    const unread = new Map<string, number>();
    for (const { delivery } of batches) unread.set(delivery, (unread.get(delivery) ?? 0) + 1);
    const parts = intoParts(batches.map(({ hashes }) => hashes)).map(writePart);
    await this.options.logs.keepIdentities(this.options.lease, first, parts);
    this.sets.push({ first, last: batches.at(-1)?.position ?? 0, unread });
    this.recent = new Map();
    this.recentUsers = 0;
  }

  private removeFrom(set: KeptSet, delivery: string): void {
    set.unread.delete(delivery);
    if (set.unread.size > 0) return;
    this.sets.splice(this.sets.indexOf(set), 1);
    void this.options.logs.dropIdentities(this.options.lease, set.first).catch(ignoreLeaseLost);
  }
}

/** Whether a set has batches of other deliveries that stand before a batch. */
function isBehind({ delivery, position }: LoggedBatch, { first, unread }: KeptSet): boolean {
  return first < position && (unread.size > 1 || !unread.has(delivery));
}
