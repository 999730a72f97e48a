/** What the routes of the pages share. */

import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../clock";
import type { Access } from "./access";
import type { DeliveriesRoom } from "./deliveries-room";
import type { Site, Viewer } from "./pages/site";

export interface RouteTools {
  site: Site;
  access: Access;
  deliveries: DeliveriesRoom;
  clock: Clock;
  stopping: AbortSignal;
  /** @returns whether it is answered as JSON: to a script, that is */
  wantsJson(request: Request): boolean;
  /** Sees to it that it is an administrator; answers whoever is none, and returns undefined then. */
  admin(request: Request, response: Response): Viewer | undefined;
  /** Answers that something can't be shown or done. */
  refuse(request: Request, response: Response, status: number, title: string, message: string): void;
  /** Answers whoever comes with another method than these. */
  only(...methods: string[]): RequestHandler;
}
