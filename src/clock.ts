/** Time, handed in from outside so that a test can hold it still. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back after so many milliseconds. @returns a function that calls it off */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Goes on from the time at which the process began: setting the computer's clock meanwhile moves nothing. */
export const systemClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
