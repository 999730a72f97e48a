/** What the hub talks to, and whether it is itself where Looker looks for it. */

import { connect } from "node:tls";
import type { Config } from "../../config";
import { errorCode } from "../../error-code";
import { KINDS } from "../../heap";
import type { Checks } from "./check";
import { type Probe, probe } from "./probe";

const DAY_MS = 24 * 3_600_000;

/** A certificate that ends sooner is to be seen to. */
const SOON_MS = 14 * DAY_MS;

/** More than this, and tokens and schedules begin to be off. */
const MAX_SKEW_MS = 60_000;

/** @returns what the servers answered, by their name */
export async function checkHeap(config: Config, checks: Checks): Promise<Map<string, Probe>> {
  const { environments, heapUrl } = config;
  const hosts = new Set(environments.length > 0 ? environments.map(({ host }) => host) : [heapUrl]);
  const answers = new Map<string, Probe>();
  for (const host of hosts) {
    // A GET changes nothing: Heap's API writes by POST only.
    const answer = await probe(host + KINDS.user.path);
    if (typeof answer === "string")
      checks.failed("Heap", `${host} can't be reached (${answer}): let the hub's machine connect to it`);
    else {
      checks.ok("Heap", `${host} answers`);
      answers.set(host, answer);
    }
  }
  return answers;
}

/** @param token undefined: there is none, so only the address is looked at */
export async function checkBaseUrl(
  { baseUrl }: Config,
  token: string | undefined,
  action: string,
  checks: Checks,
): Promise<void> {
  const name = "Base URL";
  if (baseUrl === undefined) {
    checks.failed(name, "set ACTION_HUB_BASE_URL to the address at which Looker reaches the hub");
    return;
  }
  const headers = { authorization: `Token token="${token}"`, "content-length": "0" };
  const answer = await probe(`${baseUrl}/`, { method: "POST", headers });
  if (typeof answer === "string")
    checks.failed(name, `${baseUrl} can't be reached (${answer}): does the hub run, and its proxy?`);
  else if (answer.status === 401 && token === undefined)
    checks.skipped(name, `a hub answers at ${baseUrl}, and there is no token here to try`);
  else if (answer.status === 401)
    checks.failed(name, `the hub at ${baseUrl} has another token than this one`);
  else if (executeUrlIn(answer.body) !== `${baseUrl}/actions/${action}/execute`)
    checks.failed(
      name,
      `${baseUrl} answers ${answer.status}, and not as this hub with this ACTION_HUB_BASE_URL: is the path ` +
        "right, and is something else there?",
    );
  else checks.ok(name, `${baseUrl} is this hub`);
}

/** Where the first action of a hub's listing is executed. */
function executeUrlIn(body: string): unknown {
  try {
    const [first] = Object(JSON.parse(body)).integrations ?? [];
    return Object(first).url;
  } catch {
    return undefined;
  }
}

export async function checkTls({ baseUrl }: Config, now: number, checks: Checks): Promise<void> {
  const name = "TLS";
  if (baseUrl === undefined || !baseUrl.startsWith("https:")) {
    checks.skipped(name, "the base URL is not https: fine for a trial, not for users' data");
    return;
  }
  const end = await certificateEnd(new URL(baseUrl));
  if (typeof end === "string")
    checks.failed(name, `no connection that can be trusted (${end}): see to the certificate`);
  else if (end - now < SOON_MS) checks.failed(name, `the certificate ends ${day(end)}: renew it`);
  else checks.ok(name, `the certificate is good until ${day(end)}`);
}

/** @returns in milliseconds since 1970; an error code when there is no connection, or none to be trusted */
function certificateEnd({ hostname, port }: URL): Promise<number | string> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: hostname,
      timeout: 10_000,
    });
    socket.once("secureConnect", () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to));
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(Object.assign(new Error(), { code: "time-out" })));
    socket.once("error", (error) => resolve(errorCode(error)));
  });
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** @param answers of servers whose clocks are taken to be right, by their name */
export function checkClock(answers: ReadonlyMap<string, Probe>, checks: Checks): void {
  const name = "Clock";
  const told = [...answers].flatMap(([server, { aheadMs }]) =>
    aheadMs === undefined ? [] : [{ server, aheadMs }],
  );
  const [worst] = told.sort((one, other) => Math.abs(other.aheadMs) - Math.abs(one.aheadMs));
  if (!worst) {
    checks.skipped(name, "no server said what time it is");
    return;
  }
  const seconds = Math.round(Math.abs(worst.aheadMs) / 1000);
  if (Math.abs(worst.aheadMs) > MAX_SKEW_MS)
    checks.failed(name, `${seconds} s away from that of ${worst.server}: let this machine keep time (NTP)`);
  else checks.ok(name, `within ${Math.max(seconds, 1)} s of that of ${worst.server}`);
}
