/** The port of whoever looks at deliveries, or acts on one: those under way, and those that are finished until retention. */

import type { Reject } from "../batches";
import type { Outcome, TraceData, Traces } from "../report";
import type { KeptDelivery } from "./kept-delivery";

/** What is looked for; what is absent may be anything. */
export interface DeliverySearch {
  /** A part of the title, in any casing. */
  title?: string;
  /** Id of the Looker instance. */
  looker?: string;
  /** Id of the environment. */
  environment?: string;
  outcome?: Outcome;
}

export interface FoundDeliveries {
  /** Newest first. */
  deliveries: KeptDelivery[];
  /** All that were found, of which these are a page. */
  total: number;
}

/** What there is to choose from in a search. */
export interface SearchChoices {
  lookers: string[];
  environments: string[];
}

export interface Records {
  /** @param skip so many of the newest are left out */
  find(search: DeliverySearch, skip: number, limit: number): Promise<FoundDeliveries>;
  choices(): Promise<SearchChoices>;
  /** @returns undefined when there is none, or none any more */
  get(delivery: string): Promise<KeptDelivery | undefined>;
  /** Deliveries that something is left to do of, oldest first. */
  unfinished(): Promise<KeptDelivery[]>;
  /** Takes on those that no hub sees to: from now on this one does. @returns them, oldest first */
  takeUp(): Promise<KeptDelivery[]>;
  /** The first records of a dry run, as they would be sent: JSON texts. Personal data. */
  preview(delivery: string): Promise<readonly string[]>;
  /** Rejects in the order of their rows, behind a row, at most so many. Personal data. */
  rejects(delivery: string, after: number, limit: number): Promise<Reject[]>;
  /** Stays the same while nothing can change about any delivery; undefined while one is under way. */
  standstill(): Promise<number | undefined>;
  /**
   * Marks a delivery as cancelled: nothing more of it is read or put into the log.
   * @param at in milliseconds since 1970
   * @returns false when it is finished, or there is none
   * @throws OutboxError when it can't be stored: the delivery goes on
   */
  cancel(delivery: string, at: number): Promise<boolean>;
  /**
   * Puts the records of a finished delivery that Heap refused into the log again, in one transaction.
   * @returns the delivery as it then stands; undefined when it is not finished, or has nothing to send again
   * @throws OutboxError when it can't be stored
   */
  sendAgain(delivery: string): Promise<KeptDelivery | undefined>;
  /** Keeps what happened to a delivery. May reach the disk a little later. */
  note(delivery: string, part: keyof Traces, trace: TraceData): Promise<void>;
}
