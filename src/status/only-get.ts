/** Answers whoever does not GET what can only be read. */

import type { RequestHandler } from "express";

export const onlyGet: RequestHandler = (_request, response) => {
  response.set("Allow", "GET, HEAD").status(405).json({ error: "This address takes GET and HEAD only." });
};
