/** Heap's gate: counts every request that arrives, checks it against the contract, and notes what breaks it. */

import { MAX_BODY_BYTES } from "../../src/heap";
import { Breach } from "./breach";
import { RateCheck } from "./check-rates";
import { checkRecords, type HeapRecord } from "./check-records";
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

  private readonly rates: RateCheck;

  /**
   * @param now the time in milliseconds, never going back
   * @param maxValueLength longest text that is taken, in UTF-16 code units
   */
  constructor(
    now: () => number,
    private readonly maxValueLength: number,
  ) {
    this.rates = new RateCheck(now);
  }

  /** @returns the request's records, or why the whole request is refused */
  admit(route: Route, body: Buffer | Breach): Admitted | Breach {
    try {
      if (body instanceof Breach) throw body;
      const envelope = readEnvelope(route, body);
      // The rate comes first: a request counts for its identities whatever else is wrong with it.
      this.rates.check(route, envelope);
      checkSize(body, envelope);
      return { appId: envelope.appId, records: checkRecords(route, envelope.records, this.maxValueLength) };
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      const what = route.type === "event" ? "events" : `${route.type} properties`;
      this.violations.push(`${what}: ${error.message}`);
      return error;
    }
  }
}

/** One record can't be split further, so it is let through at any size the server reads. */
function checkSize(body: Buffer, { records }: Envelope): void {
  if (body.length > MAX_BODY_BYTES && records.length > 1) {
    throw new Breach(413, `the body has ${body.length} bytes, the limit is ${MAX_BODY_BYTES}`);
  }
}
