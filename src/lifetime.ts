/** Lifetimes: what is started with a timer or a listener ends with an AbortSignal, and leaves nothing behind on it. */

import { setMaxListeners } from "node:events";

/**
 * A lifetime of its own, which also ends with the first of others: `abort()` ends it before. Whoever made it ends it, so
 * that nothing of it stays on what may live far longer.
 */
export function newLifetime(...within: AbortSignal[]): AbortController {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  // One listener for each that it carries, however many that are. Node warns from the eleventh on.
  setMaxListeners(0, signal);
  for (const outer of within) {
    const end = () => lifetime.abort(outer.reason);
    if (outer.aborted) end();
    else outer.addEventListener("abort", end, { signal });
  }
  return lifetime;
}

/**
 * What the work comes to, unless a lifetime ends before.
 * @throws the signal's reason when it does: the work goes on, and what it comes to is passed over
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const waiting = newLifetime();
  try {
    return await new Promise<T>((resolve, reject) => {
      const end = () => reject(signal.reason);
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { signal: waiting.signal });
      work.then(resolve, reject);
    });
  } finally {
    waiting.abort();
  }
}
