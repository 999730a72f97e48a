/** A stand-in for Heap: an HTTP server on loopback that enforces Heap's contract and can be made to fail. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { MAX_BODY_BYTES, MAX_VALUE_LENGTH } from "../../src/heap";
import { type Answer, APPLIED, refusal, sendAnswer } from "./answer";
import { Breach } from "./breach";
import type { HeapRecord } from "./check-records";
import { EventStore, type HeapEvent } from "./event-store";
import type { Faults } from "./faults";
import { type Admitted, Gate } from "./gate";
import { type Properties, PropertyStore } from "./property-store";
import { readBody } from "./read-body";
import { ROUTES, type Route } from "./routes";

export interface StandInHeapOptions {
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /**
   * Milliseconds between a request's arrival and the moment it is applied and answered, the same for every
   * request or drawn anew for each. Default 0. Requests may overtake each other meanwhile, and one whose
   * client has given up is still applied, as it would be by Heap.
   */
  readonly latencyMs?: number | (() => number);
  /** The app_ids that exist, looked up anew for each request; any other gets 404. Default: all exist. */
  readonly environments?: ReadonlySet<string>;
  /** The time in milliseconds, never going back. Default `Date.now`. */
  readonly now?: () => number;
  /** A number from 0 up to but not including 1, for the rates of the faults. Default `Math.random`. */
  readonly random?: () => number;
  /** Longest text that is taken, in UTF-16 code units. Default: 255, as the stricter of Heap's pages has it. */
  readonly maxValueLength?: number;
  /** What goes wrong from the start. Default: nothing. */
  readonly faults?: Faults;
}

/** Largest body that is read at all, in bytes; over `MAX_BODY_BYTES` only a single record gets through. */
const MAX_READ_BYTES = 16 * MAX_BODY_BYTES;

/** Node closes an idle connection after 5 s, which a client may see as a request that was lost. */
const KEEP_ALIVE_MS = 60_000;

/** @throws the error of `listen`, when the port is taken */
export async function startStandInHeap(options: StandInHeapOptions = {}): Promise<StandInHeap> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return new StandInHeap(server, options);
}

export class StandInHeap {
  /** What goes wrong from now on; may be replaced at any time. */
  faults: Faults;

  readonly url: string;

  private readonly gate: Gate;
  private readonly store = new PropertyStore();
  private readonly eventStore = new EventStore();
  private readonly answered = new Map<number, number>();
  private arrived = 0;
  private open = 0;
  private mostOpen = 0;

  /** @param server already listening; `startStandInHeap` makes one */
  constructor(
    private readonly server: Server,
    private readonly options: StandInHeapOptions,
  ) {
    this.faults = options.faults ?? {};
    this.url = urlOf(server);
    this.gate = new Gate(options.now ?? Date.now, options.maxValueLength ?? MAX_VALUE_LENGTH);
    // Not caught: what still throws is a fault of the stand-in or of a test's own function, and has to be seen.
    server.on("request", (request, response) => void this.handle(request, response));
  }

  /** One sentence for each request that broke Heap's contract; none holds an identity or a value. */
  get violations(): readonly string[] {
    return this.gate.violations;
  }

  /** How many requests have come in, those that broke off included. */
  get requests(): number {
    return this.arrived;
  }

  /** Status → how many requests were answered with it. */
  get statuses(): ReadonlyMap<number, number> {
    return this.answered;
  }

  /** The most requests that were open at the same time. */
  get maxConcurrent(): number {
    return this.mostOpen;
  }

  /** The events of an environment, in the order in which they came; of those with one idempotency key the first. */
  events(appId: string): readonly HeapEvent[] {
    return this.eventStore.read(appId);
  }

  /** The live state of an environment: identity → properties. */
  users(appId: string): ReadonlyMap<string, Properties> {
    return this.store.read("user", appId);
  }

  /** The live state of an environment: e-mail → properties, of the users that were named by it. */
  usersByEmail(appId: string): ReadonlyMap<string, Properties> {
    return this.store.read("user by e-mail", appId);
  }

  /** The live state of an environment: account id → properties. */
  accounts(appId: string): ReadonlyMap<string, Properties> {
    return this.store.read("account", appId);
  }

  /** Stops listening and breaks every open connection; what has arrived may still be applied. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.countOpen(response);
    if (this.faults.down) {
      request.socket.destroy();
      return;
    }
    const body = await readBody(request, MAX_READ_BYTES);
    if (body === undefined) return;

    const answer = await this.answer(routeOf(request), body);
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    this.answered.set(answer.status, (this.answered.get(answer.status) ?? 0) + 1);
    sendAnswer(response, answer);
  }

  private countOpen(response: ServerResponse): void {
    this.arrived += 1;
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    response.once("close", () => {
      this.open -= 1;
    });
  }

  /** @returns `undefined` when the connection is to break instead of an answer */
  private async answer(route: Route | undefined, body: Buffer | Breach): Promise<Answer | undefined> {
    if (route === undefined) return refusal(404, "not found");
    const admitted = this.gate.admit(route, body);
    await this.latency();
    if (admitted instanceof Breach) return refusal(admitted.status, admitted.message);

    if (this.happens(this.faults.dropBefore)) return undefined;
    const refused = this.refusalOf(admitted);
    if (refused !== undefined) return refused;

    this.apply(route.type, admitted);
    return this.happens(this.faults.dropAfter) ? undefined : APPLIED;
  }

  private apply(type: Route["type"], { appId, records }: Admitted): void {
    if (type === "event") this.eventStore.add(appId, records.filter(isEvent));
    else this.store.merge(type, appId, records);
  }

  private refusalOf({ appId, records }: Admitted): Answer | undefined {
    const { status429, retryAfter, status500, refuse } = this.faults;
    if (this.happens(status429)) {
      return refusal(429, "too many requests", retryAfter === undefined ? {} : { "retry-after": retryAfter });
    }
    if (this.happens(status500)) return refusal(500, "internal error");
    if (this.options.environments?.has(appId) === false) return refusal(404, "unknown app_id");
    if (refuse === undefined) return undefined;
    for (const [index, record] of records.entries()) {
      const status = refuse(record);
      if (status !== undefined) return refusal(status, `record ${index}: refused`);
    }
    return undefined;
  }

  private happens(rate = 0): boolean {
    return rate > 0 && (this.options.random ?? Math.random)() < rate;
  }

  private async latency(): Promise<void> {
    const { latencyMs = 0 } = this.options;
    const ms = typeof latencyMs === "function" ? latencyMs() : latencyMs;
    // Not held on to: a process that is done need not wait for a request whose client has gone.
    if (ms > 0) await delay(ms, undefined, { ref: false });
  }
}

function isEvent(record: HeapRecord): record is HeapEvent {
  return record.event !== undefined;
}

function routeOf(request: IncomingMessage): Route | undefined {
  return request.method === "POST" ? ROUTES.get(request.url ?? "") : undefined;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no TCP port");
  return `http://127.0.0.1:${address.port}`;
}
