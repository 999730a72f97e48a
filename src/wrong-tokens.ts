/** Counts wrong tokens by the address that they come from: after too many, none from there is looked at for a while. */

import { ipKeyGenerator } from "express-rate-limit";

/** How long after the first wrong one an address has to wait, in milliseconds. */
const WINDOW_MS = 15 * 60_000;

/** More addresses than this are not kept in memory: the oldest go. */
const MAX_ADDRESSES = 10_000;

interface Window {
  endsAt: number;
  wrong: number;
  /** Wrong ones that are counted only once. */
  seen: Set<string>;
}

export class WrongTokens {
  /** In the order in which they end. */
  private readonly windows = new Map<string, Window>();

  /**
   * @param now milliseconds, by the monotonic clock
   * @param most wrong tokens from one address, after which it has to wait
   */
  constructor(
    private readonly now: () => number,
    private readonly most = 10,
  ) {}

  /** @returns for how long no token from there is looked at, in milliseconds; 0: it is */
  waitOf(address: string): number {
    const window = this.windows.get(keyOf(address));
    if (window === undefined || window.wrong < this.most) return 0;
    return Math.max(window.endsAt - this.now(), 0);
  }

  /** @param once what is sent again and again without anybody guessing: the same one counts once */
  count(address: string, once?: string): void {
    const window = this.windowOf(keyOf(address));
    if (once !== undefined) {
      if (window.seen.has(once)) return;
      window.seen.add(once);
    }
    window.wrong++;
  }

  private windowOf(key: string): Window {
    const present = this.windows.get(key);
    if (present !== undefined && present.endsAt > this.now()) return present;
    this.windows.delete(key);
    for (const [oldest, { endsAt }] of this.windows) {
      if (endsAt > this.now() && this.windows.size < MAX_ADDRESSES) break;
      this.windows.delete(oldest);
    }
    const window = { endsAt: this.now() + WINDOW_MS, wrong: 0, seen: new Set<string>() };
    this.windows.set(key, window);
    return window;
  }
}

/** Whoever has one IPv6 address has the other addresses of its network too. */
function keyOf(address: string): string {
  return ipKeyGenerator(address);
}
