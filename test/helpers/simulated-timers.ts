/** The limiter waits for real time now and then: where all other time is simulated, that is too. */

export function simulateTimers(): void {
  jest.useFakeTimers({
    doNotFake: ["Date", "hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate"],
  });
}

/** Lets what is due fall due. */
export function passTime(): void {
  jest.advanceTimersByTime(1);
}
