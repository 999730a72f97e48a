/** What may be told of an error anywhere: its code. Its message can hold addresses, paths, or what was read. */

import { isNativeError } from "node:util/types";

/** @returns such as `ENOENT` or `UND_ERR_SOCKET`: the error's own code, else its cause's, else its name */
export function errorCode(error: unknown): string {
  if (!isError(error)) return "unknown";
  return ownCode(error) ?? ownCode(error.cause) ?? error.name;
}

/** `instanceof` alone does not see errors that come from another realm, as Node's own do under jest. */
function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

function ownCode(error: unknown): string | undefined {
  return isError(error) && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
