/** Takes a body apart into its environment and its records, of one or of many, and leaves the records unchecked. */

import { Breach } from "./breach";
import { isObject } from "./is-object";
import type { Route } from "./routes";

export interface Envelope {
  readonly appId: string;
  readonly records: readonly unknown[];
}

/** @throws Breach (400) if the body is not UTF-8, not JSON, or of neither shape */
export function readEnvelope({ listKey, identityKey, needs }: Route, body: Buffer): Envelope {
  const content = parse(body);
  if (!isObject(content)) throw new Breach(400, "the body is not a JSON object");

  const { app_id: appId, [listKey]: list } = content;
  if (typeof appId !== "string" || !/^[0-9]+$/.test(appId)) {
    throw new Breach(400, "app_id is not a string of digits");
  }
  if (needs !== undefined && typeof content[needs] !== "string") throw new Breach(400, `${needs} is missing`);
  if (list === undefined) return { appId, records: [content] };
  if (identityKey in content) throw new Breach(400, `the body has both ${listKey} and ${identityKey}`);
  if (!Array.isArray(list)) throw new Breach(400, `${listKey} is not a list`);
  return { appId, records: list };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's own message would quote the body.
    throw new Breach(400, "the body is not JSON in UTF-8");
  }
}
