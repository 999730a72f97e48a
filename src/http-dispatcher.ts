/** Connections for the global `fetch`, with time-outs of our own: left alone it gives up after 300 s of silence. */

import { Agent } from "undici";

export type HttpDispatcher = NonNullable<RequestInit["dispatcher"]>;

export function createDispatcher(options: Agent.Options): HttpDispatcher {
  const agent: object = new Agent(options);
  if (!servesFetch(agent)) throw new TypeError("undici's Agent has no dispatch()");
  return agent;
}

/** undici's types and the copy of them in @types/node describe the same thing and still do not fit each other. */
function servesFetch(agent: object): agent is HttpDispatcher {
  return "dispatch" in agent;
}
