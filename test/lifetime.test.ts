/** What ends with a signal leaves nothing behind on it. */

import { getEventListeners } from "node:events";
import { newLifetime, untilAborted } from "../src/lifetime";

it("ends with the first of those it is within, for its reason", () => {
  const outer = new AbortController();
  const { signal } = newLifetime(new AbortController().signal, outer.signal);
  outer.abort(new Error("over"));
  expect(signal.reason).toEqual(new Error("over"));
});

it("has ended when one that it is within had ended before", () => {
  expect(newLifetime(AbortSignal.abort()).signal.aborted).toBe(true);
});

it("leaves nothing on those it was within once it has ended", () => {
  const outer = newLifetime();
  const lifetimes = Array.from({ length: 100 }, () => newLifetime(outer.signal));
  expect(getEventListeners(outer.signal, "abort")).toHaveLength(100);
  for (const lifetime of lifetimes) lifetime.abort();
  expect(getEventListeners(outer.signal, "abort")).toEqual([]);
});

it("gives what the work comes to, and leaves nothing on the signal", async () => {
  const { signal } = newLifetime();
  expect(await untilAborted(Promise.resolve(42), signal)).toBe(42);
  await expect(untilAborted(Promise.reject(new Error("failed")), signal)).rejects.toThrow("failed");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("does not wait for work that goes on when the signal aborts, or has aborted before", async () => {
  const lifetime = newLifetime();
  const never = new Promise<void>(() => undefined);
  const waiting = untilAborted(never, lifetime.signal);
  lifetime.abort(new Error("over"));
  await expect(waiting).rejects.toThrow("over");
  await expect(untilAborted(never, lifetime.signal)).rejects.toThrow("over");
});
