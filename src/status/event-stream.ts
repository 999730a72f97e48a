/** Keeps a page up to date: sends those of its parts that are different, as server-sent events. */

import type { Response } from "express";
import { type Clock, wait } from "../clock";
import { newLifetime } from "../lifetime";

/** The parts of a page that change, by the id of their element: HTML. */
export type PageParts = Readonly<Record<string, string>>;

export interface PageStream {
  clock: Clock;
  /** @returns undefined when there is nothing to be seen any more */
  parts(): Promise<PageParts | undefined>;
  /** The same as before: nothing can have changed. Undefined: something may have. */
  standstill(): Promise<number | undefined>;
  /** Aborts when the hub begins to stop. */
  stopping: AbortSignal;
}

const LOOK_EVERY_MS = 1000;

/** A comment keeps the connection in use, for proxies that close idle ones. */
const COMMENT_EVERY_LOOKS = 15;

/** Resolves when nothing more is sent. */
export async function streamPage(response: Response, { clock, ...page }: PageStream): Promise<void> {
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
  const lifetime = newLifetime(page.stopping);
  const { signal } = lifetime;
  response.once("close", () => lifetime.abort());
  for (let looks = 1; !signal.aborted; looks++) {
    if (looks % COMMENT_EVERY_LOOKS === 0) response.write(": still here\n\n");
    const still = await page.standstill();
    if (still === undefined || still !== shownAt) {
      shownAt = still;
      const parts = await page.parts();
      if (signal.aborted) break;
      if (parts === undefined) {
        response.write("event: gone\ndata:\n\n");
        break;
      }
      const before = shown;
      const changed = Object.entries(parts).filter(([id, html]) => before[id] !== html);
      shown = parts;
      if (changed.length > 0) response.write(`data: ${JSON.stringify(Object.fromEntries(changed))}\n\n`);
    }
    await wait(clock, LOOK_EVERY_MS, signal);
  }
  lifetime.abort();
  response.end();
}
