/** What whoever runs the hub can do with a delivery. */

import { type RequestHandler, Router } from "express";

export interface DeliveryActions {
  /** Lets in only administrators. */
  requireAdmin: RequestHandler;
  /** Sends the records of a finished delivery that Heap refused again. @returns how many there are */
  sendAgain(delivery: string): Promise<number>;
}

export function deliveryRoutes({ requireAdmin, sendAgain }: DeliveryActions): Router {
  const router = Router();
  router.post("/deliveries/:id/send-again", requireAdmin, async (request, response) => {
    const id = request.params["id"];
    const sending = typeof id === "string" ? await sendAgain(id) : 0;
    if (sending > 0) response.json({ sending });
    else {
      response.status(404).json({
        error:
          "Nothing to send again: there is no finished delivery with this id that has records Heap refused.",
      });
    }
  });
  return router;
}
