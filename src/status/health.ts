/** Whether the hub is alive, and whether it can take work. */

import { Router } from "express";
import { onlyGet } from "./only-get";

export interface HealthSource {
  /** Why no work can be taken; undefined when it can. */
  problem(): Promise<string | undefined>;
  /** What keeps deliveries waiting, a sentence each: work is taken all the same, and kept. */
  troubles(): string[];
}

export function healthRoutes(source: HealthSource): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const problem = await source.problem();
    const waiting = source.troubles();
    if (problem === undefined) response.json({ status: "ok", waiting });
    else response.status(503).json({ status: "not ready", problem, waiting });
  });
  router.all(["/healthz", "/readyz"], onlyGet);
  return router;
}
