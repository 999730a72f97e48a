/** What JSON.parse makes of bytes: the model that ours is held to. */

export type Parsed = { value: unknown } | undefined;

/** @returns undefined when it is no JSON in UTF-8; a byte order mark may stand first */
export function parsedBy(bytes: Buffer): Parsed {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
