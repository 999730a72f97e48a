/** Heap's gate: counts every request that arrives, checks it against the contract, and notes what breaks it. */

import { MAX_BODY_BYTES, MAX_REQUESTS_PER_IDENTITY, RATE_WINDOW_MS } from "../../src/heap";
import { Breach } from "./breach";
import { checkRecords, type HeapRecord } from "./check-records";
import { isObject } from "./is-object";
import { RateWindow } from "./rate-window";
import { type Envelope, readEnvelope } from "./read-envelope";
import type { Route } from "./routes";

/** A request that keeps the contract. */
export interface Admitted {
  readonly appId: string;
  readonly records: readonly HeapRecord[];
}

export class Gate {
  /** One sentence for each request that broke the contract; none holds an identity or a value. */
  readonly violations: string[] = [];

  private readonly rates = new Map<string, RateWindow>();

  /**
   * @param now the time in milliseconds, never going back
   * @param maxValueLength longest text that is taken, in UTF-16 code units
   */
  constructor(
    private readonly now: () => number,
    private readonly maxValueLength: number,
  ) {}

  /** @returns the request's records, or why the whole request is refused */
  admit(route: Route, body: Buffer | Breach): Admitted | Breach {
    try {
      if (body instanceof Breach) throw body;
      const envelope = readEnvelope(route, body);
      // The rate comes first: a request counts for its identities whatever else is wrong with it.
      this.checkRate(route, envelope);
      checkSize(body, envelope);
      return { appId: envelope.appId, records: checkRecords(route, envelope.records, this.maxValueLength) };
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.violations.push(`${route.type} properties: ${error.message}`);
      return error;
    }
  }

  private checkRate(route: Route, { appId, records }: Envelope): void {
    const lane = `${route.type} ${appId}`;
    let rate = this.rates.get(lane);
    if (rate === undefined) {
      rate = new RateWindow();
      this.rates.set(lane, rate);
    }
    const count = rate.count(identitiesOf(route, records), this.now());
    if (count > MAX_REQUESTS_PER_IDENTITY) {
      throw new Breach(
        429,
        `request ${count} within ${RATE_WINDOW_MS / 1000} s for one ${route.identityKey} of environment ${appId}, ` +
          `the limit is ${MAX_REQUESTS_PER_IDENTITY}`,
      );
    }
  }
}

function identitiesOf({ identityOf }: Route, records: readonly unknown[]): Set<string> {
  const identities = new Set<string>();
  for (const record of records) {
    const identity = isObject(record) ? identityOf(record) : undefined;
    if (typeof identity === "string") identities.add(identity);
  }
  return identities;
}

/** One record can't be split further, so it is let through at any size the server reads. */
function checkSize(body: Buffer, { records }: Envelope): void {
  if (body.length > MAX_BODY_BYTES && records.length > 1) {
    throw new Breach(413, `the body has ${body.length} bytes, the limit is ${MAX_BODY_BYTES}`);
  }
}
