/** One delivery: its page, its rejects, and what can be done with it. */

import { pipeline } from "node:stream/promises";
import { type Request, type Response, Router } from "express";
import type { KeptDelivery } from "../outbox";
import { OutboxError } from "../outbox";
import { isSame } from "../token-check";
import { deliveryJson } from "./delivery-json";
import { streamPage } from "./event-stream";
import { type DeliveryPage, deliveryPage, deliveryParts } from "./pages/delivery-page";
import type { Viewer } from "./pages/site";
import { rejectsCsv, rejectsOf } from "./rejects-csv";
import type { RouteTools } from "./route-tools";

const SHOWN_REJECTS = 20;

/** What has been done, by the name in the page's address. */
const NOTICES: Readonly<Record<string, string>> = {
  cancel: "The delivery is cancelled. What is under way is waited for.",
  "send-again": "What was rejected is being sent again.",
  resume: "Heap is being tried now.",
};

export function deliveryRoutes(pages: RouteTools): Router {
  const { site, access, deliveries, clock, stopping, wantsJson, admin, refuse, only } = pages;
  const { records } = deliveries;
  const router = Router();

  const pageOf = async (view: KeptDelivery, viewer: Viewer, notice?: string): Promise<DeliveryPage> => ({
    site,
    viewer,
    view,
    now: clock.now(),
    rejects: viewer.isAdmin ? await records.rejects(view.id, 0, SHOWN_REJECTS) : [],
    preview: viewer.isAdmin ? await records.preview(view.id) : [],
    ...(notice !== undefined && { notice }),
  });

  /** Whoever has the link's key sees what it opens, unless they are an administrator. */
  const viewerWithKey = (request: Request, view: KeptDelivery | undefined): Viewer | undefined => {
    const { key } = request.query;
    if (typeof key !== "string" || view?.linkKey === undefined || !isSame(key, view.linkKey))
      return undefined;
    return { isAdmin: false, formToken: "", key };
  };

  const notFound = (request: Request, response: Response) =>
    refuse(
      request,
      response,
      404,
      "Not found",
      "There is no such delivery, or none any more: they are deleted when their retention ends.",
    );

  /** Answers by itself when there is nothing to be seen. */
  const look = async (
    request: Request,
    response: Response,
  ): Promise<{ view: KeptDelivery; viewer: Viewer } | undefined> => {
    const view = await records.get(idOf(request));
    const isGuest = request.query["key"] !== undefined && !access.administrator(request);
    const viewer = isGuest ? viewerWithKey(request, view) : admin(request, response);
    // The key does not go on to any other address.
    if (isGuest) response.set("Referrer-Policy", "no-referrer");
    if (view && viewer) return { view, viewer };
    if (!response.headersSent) notFound(request, response);
    return undefined;
  };

  router.get("/:id", async (request, response) => {
    const seen = await look(request, response);
    if (!seen) return;
    const { view, viewer } = seen;
    if (viewer.isAdmin && wantsJson(request)) response.json(deliveryJson(view, site.environmentName));
    else if (viewer.isAdmin && request.query["key"] !== undefined) {
      response.redirect(303, `${site.path}/${view.id}`);
    } else response.send(deliveryPage(await pageOf(view, viewer, NOTICES[String(request.query["done"])])));
  });

  router.get("/:id/events", async (request, response) => {
    const seen = await look(request, response);
    if (!seen) return;
    const { viewer } = seen;
    await streamPage(response, {
      clock,
      stopping,
      standstill: () => records.standstill(),
      async parts() {
        const view = await records.get(idOf(request));
        const mayLook = viewer.isAdmin ? access.administrator(request) : viewerWithKey(request, view);
        return view && mayLook && deliveryParts(await pageOf(view, viewer));
      },
    });
  });

  router.get("/:id/rejects.csv", async (request, response) => {
    if (!admin(request, response)) return;
    const view = await records.get(idOf(request));
    if (!view) {
      notFound(request, response);
      return;
    }
    response.set("Content-Disposition", `attachment; filename="rejects-${view.id}.csv"`).type("csv");
    // Whoever asked may go away in the middle of it.
    await pipeline(rejectsCsv(rejectsOf(view.id, records)), response).catch(() => response.destroy());
  });

  const post = (name: string, nothing: string, act: (id: string) => Promise<object | undefined>) => {
    router.post(`/:id/${name}`, async (request, response) => {
      if (!admin(request, response)) return;
      const administrator = access.administrator(request);
      if (!administrator || !access.isOwnForm(request, administrator)) {
        refuse(
          request,
          response,
          403,
          "That did not work",
          "Load the delivery's page again, then try once more.",
        );
        return;
      }
      const id = idOf(request);
      try {
        const done = await act(id);
        if (!done) refuse(request, response, 404, "Nothing to do", nothing);
        else if (wantsJson(request)) response.json(done);
        else response.redirect(303, `${site.path}/${id}?done=${name}`);
      } catch (error) {
        if (!(error instanceof OutboxError)) throw error;
        refuse(request, response, 503, "That did not work", `It was not done: ${error.message}.`);
      }
    });
    router.all(`/:id/${name}`, only("POST"));
  };
  post("cancel", "There is no delivery under way with this id.", async (id) =>
    (await deliveries.cancel(id)) ? { cancelled: true } : undefined,
  );
  post(
    "send-again",
    "Nothing to send again: there is no finished delivery with this id that has records Heap refused.",
    async (id) => {
      const sending = await deliveries.sendAgain(id);
      return sending > 0 ? { sending } : undefined;
    },
  );
  post("resume", "There is no delivery with this id that waits for its environment.", async (id) =>
    (await deliveries.tryNow(id)) ? { resumed: true } : undefined,
  );
  router.all(["/:id", "/:id/events", "/:id/rejects.csv"], only("GET", "HEAD"));
  return router;
}

function idOf(request: Request): string {
  const id = request.params["id"];
  return typeof id === "string" ? id : "";
}
