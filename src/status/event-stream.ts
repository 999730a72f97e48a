/** Keeps a page up to date: sends those of its parts that are different, as server-sent events. */

import type { Response } from "express";
import type { Clock } from "../clock";
import { newLifetime } from "../lifetime";

/** The parts of a page that change, by the id of their element: HTML. */
export type PageParts = Readonly<Record<string, string>>;

export interface PageStream {
  clock: Clock;
  /** @returns undefined when there is nothing to be seen any more */
  parts(): PageParts | undefined;
  /** The same as before: nothing can have changed. Undefined: something may have. */
  standstill(): number | undefined;
  /** Aborts when the hub begins to stop. */
  stopping: AbortSignal;
}

const LOOK_EVERY_MS = 1000;

/** A comment keeps the connection in use, for proxies that close idle ones. */
const COMMENT_EVERY_LOOKS = 15;

export function streamPage(response: Response, { clock, ...page }: PageStream): void {
  response.set({
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    // nginx would hold events back.
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  let shown: PageParts = {};
  let shownAt: number | undefined;
  let looks = 0;
  const lifetime = newLifetime(page.stopping);
  lifetime.signal.addEventListener("abort", () => {
    response.end();
  });
  response.once("close", () => lifetime.abort());
  const look = () => {
    clock.after(LOOK_EVERY_MS, look, lifetime.signal);
    if (++looks % COMMENT_EVERY_LOOKS === 0) response.write(": still here\n\n");
    const still = page.standstill();
    if (still !== undefined && still === shownAt) return;
    shownAt = still;
    const parts = page.parts();
    if (parts === undefined) {
      response.write("event: gone\ndata:\n\n");
      lifetime.abort();
      return;
    }
    const changed = Object.entries(parts).filter(([id, html]) => shown[id] !== html);
    shown = parts;
    if (changed.length > 0) response.write(`data: ${JSON.stringify(Object.fromEntries(changed))}\n\n`);
  };
  if (lifetime.signal.aborted) response.end();
  else look();
}
