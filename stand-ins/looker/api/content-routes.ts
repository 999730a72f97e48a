/** Looks, queries, and running a query over the API. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ILookWithQuery, IQuery } from "@looker/sdk";
import { Router } from "express";
import { documentChunks } from "../document-chunks";
import type { AccessTokens } from "./access-tokens";
import { invalid, notFound } from "./api-error";
import { byId, type LookerInstance, type StoredQuery } from "./instance";
import { userOf } from "./session";
import { systemActivity } from "./system-activity";

export function contentRoutes(instance: LookerInstance, tokens: AccessTokens): Router {
  const router = Router();
  router.get("/looks/:id", (request, response) => {
    userOf(request, tokens, "see_looks");
    const look = byId(instance.looks, request.params.id);
    if (!look) throw notFound();
    const { id, title, queryId } = look;
    const found: ILookWithQuery = { id, title, query_id: queryId, query: shown(queryOf(queryId)) };
    response.json(found);
  });
  router.get("/queries/:id", (request, response) => {
    userOf(request, tokens, "access_data");
    response.json(shown(queryOf(request.params.id)));
  });
  router.get("/queries/:id/run/:format", async (request, response) => {
    const user = userOf(request, tokens, "access_data");
    const { id, format } = request.params;
    if (!instance.runFormats.includes(format)) throw invalid({ result_format: `${format} is not a format` });
    const limit = request.query["limit"];
    if (limit === "-1" && !user.permissions.includes("download_without_limit"))
      throw invalid({ limit: "You may not download without a limit" });
    instance.runs.push({ query: id, format, limit: typeof limit === "string" ? limit : undefined });
    response.type("json");
    await pipeline(Readable.from(documentChunks(queryOf(id).result(), {})), response);
  });
  router.post("/queries/run/:format", (request, response) => {
    userOf(request, tokens, "see_system_activity");
    response.json(systemActivity(request.body, instance));
  });
  return router;

  function queryOf(id: string): StoredQuery {
    const query = byId(instance.queries, id);
    if (!query) throw notFound();
    return query;
  }
}

/** What Looker says of a query. */
export function shown({ result: _result, download: _download, ...query }: StoredQuery): IQuery {
  return query;
}
