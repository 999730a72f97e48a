/** What may be told of an error anywhere: its code. Its message can hold addresses, paths, or what was read. */

import { isNativeError } from "node:util/types";

/** @returns such as `ENOENT` or `UND_ERR_SOCKET`: the error's own code, else its cause's, else its name */
export function errorCode(error: unknown): string {
  const own = ownCode(error);
  if (own !== undefined || !isError(error)) return own ?? "unknown";
  return ownCode(error.cause) ?? error.name;
}

/** `instanceof` alone does not see errors that come from another realm, as Node's own do under jest. */
function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

/** Not of errors only: those of a native module need not be one of ours. */
function ownCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
