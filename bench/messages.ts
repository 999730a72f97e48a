/** What the processes tell the bench. */

/** What the stand-in Heap has had so far. */
export interface HeapFigures {
  requests: number;
  bytes: number;
  mostAtOnce: number;
}

/** What the plain program cost, from reading the file to the last body. */
export interface PlainFigures {
  /** In milliseconds. */
  user: number;
  system: number;
  /** The most memory it has held, in bytes. */
  peak: number;
  users: number;
}

export function isHeapFigures(said: unknown): said is HeapFigures {
  return hasNumbers(said, ["requests", "bytes", "mostAtOnce"]);
}

export function isPlainFigures(said: unknown): said is PlainFigures {
  return hasNumbers(said, ["user", "system", "peak", "users"]);
}

function hasNumbers(said: unknown, names: readonly string[]): boolean {
  if (typeof said !== "object" || said === null) return false;
  const numbers = new Map<string, unknown>(Object.entries(said));
  return names.every((name) => typeof numbers.get(name) === "number");
}
