/** How a refusal is worded in JSON: for scripts, and for Looker, which shows its message. */

export function refusalText(message: string): string {
  return JSON.stringify(refusalBody(message));
}

export function refusalBody(message: string): object {
  return { error: message, looker: { success: false, message, refresh_query: false } };
}
