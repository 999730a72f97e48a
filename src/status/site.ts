/** The pages' files, and their addresses. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import express, { type RequestHandler, Router } from "express";
import { type Site, STYLE_SHEETS } from "./pages/site";

const FOLDER = path.join(__dirname, "assets");
const FILES = [...STYLE_SHEETS, "live.js", "icon.svg"];
const YEAR_MS = 365 * 24 * 3_600_000;

/** @param site what is not about files */
export function createSite(site: Omit<Site, "asset">): Site {
  // A new version has a new address: browsers may keep the old one for ever.
  const versions = new Map(
    FILES.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(path.join(FOLDER, name)))
        .digest("hex"),
    ]),
  );
  return {
    ...site,
    asset: (name) => `${site.path}/assets/${name}?v=${versions.get(name)?.slice(0, 12)}`,
  };
}

/** @param onlyRead answers whoever comes with another method than GET and HEAD */
export function serveAssets(onlyRead: RequestHandler): Router {
  const router = Router();
  router.use(
    express.static(FOLDER, {
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
      redirect: false,
      // Nothing else is to be kept, and a header that is there is left alone.
      setHeaders: (response) => response.removeHeader("Cache-Control"),
    }),
  );
  router.all(
    FILES.map((name) => `/${name}`),
    onlyRead,
  );
  return router;
}
