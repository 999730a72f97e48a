/** The list of deliveries, as a page and as JSON. */

import { type Request, Router } from "express";
import type { DeliverySearch } from "../outbox";
import { OUTCOMES } from "../report";
import { deliveryJson } from "./delivery-json";
import { streamPage } from "./event-stream";
import { type ListPage, listPage, listParts, PAGE_LENGTH } from "./pages/list-page";
import type { Viewer } from "./pages/site";
import type { RouteTools } from "./route-tools";

const MAX_SEARCH_LENGTH = 200;

export function listRoutes(pages: RouteTools): Router {
  const { site, access, deliveries, clock, stopping, wantsJson, admin, only } = pages;
  const router = Router();
  const read = async (request: Request, viewer: Viewer): Promise<ListPage> => {
    const search = searchIn(request);
    const page = pageIn(request);
    const found = await deliveries.records.find(search, (page - 1) * PAGE_LENGTH, PAGE_LENGTH);
    return { site, viewer, search, page, ...found, choices: await deliveries.records.choices() };
  };
  router.get("/", async (request, response) => {
    const viewer = admin(request, response);
    if (!viewer) return;
    const list = await read(request, viewer);
    if (!wantsJson(request)) response.send(listPage(list));
    else
      response.json({
        deliveries: list.deliveries.map((each) => deliveryJson(each, site.environmentName)),
        total: list.total,
      });
  });
  router.get("/events", async (request, response) => {
    const viewer = admin(request, response);
    if (!viewer) return;
    await streamPage(response, {
      clock,
      stopping,
      standstill: () => deliveries.records.standstill(),
      parts: async () => (access.administrator(request) ? listParts(await read(request, viewer)) : undefined),
    });
  });
  router.all(["/", "/events"], only("GET", "HEAD"));
  return router;
}

function searchIn({ query }: Request): DeliverySearch {
  const text = (name: string) => {
    const value = query[name];
    return typeof value === "string" ? value.trim().slice(0, MAX_SEARCH_LENGTH) : "";
  };
  const outcome = OUTCOMES.find((each) => each === text("outcome"));
  return {
    ...(text("title") !== "" && { title: text("title") }),
    ...(text("looker") !== "" && { looker: text("looker") }),
    ...(text("environment") !== "" && { environment: text("environment") }),
    ...(outcome !== undefined && { outcome }),
  };
}

function pageIn({ query }: Request): number {
  const page = Number(query["page"]);
  return Number.isInteger(page) && page > 0 && page < 1_000_000 ? page : 1;
}
