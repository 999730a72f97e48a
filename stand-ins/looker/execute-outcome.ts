/** Reads what a hub says about an execute: the object under `looker` in its reply. */

export interface ExecuteOutcome {
  readonly success: boolean;
  /** Empty if the hub sent none. */
  readonly message: string;
  /** Form field → what is wrong with it; empty if nothing is. */
  readonly validationErrors: Readonly<Record<string, string>>;
}

/** @returns `undefined` if the body is not a reply that Looker would understand */
export function readExecuteOutcome(body: unknown): ExecuteOutcome | undefined {
  const looker = isObject(body) ? body.looker : undefined;
  if (!isObject(looker)) return undefined;
  const { success, message = "", validation_errors: validationErrors = {} } = looker;
  if (typeof success !== "boolean" || typeof message !== "string") return undefined;
  return isTextRecord(validationErrors) ? { success, message, validationErrors } : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === "string");
}
