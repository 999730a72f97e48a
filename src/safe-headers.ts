/** The headers of whatever is answered: nothing of it is a page, for other sites, or to be kept. The pages have their own. */

import type { RequestHandler } from "express";
import helmet from "helmet";

export function safeHeaders(): RequestHandler[] {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // That is for whoever provides TLS to say.
    strictTransportSecurity: false,
  });
  return [protect, notKept];
}

const notKept: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};
