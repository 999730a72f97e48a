/** Refuses a request before anything of it was done: 4xx, with a body that Looker can show too. */

import type { Response } from "express";

export function refuse(response: Response, status: number, message: string): void {
  response.status(status).json({ error: message, looker: { success: false, message, refresh_query: false } });
}
