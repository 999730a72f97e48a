/** What is kept of deliveries to be looked at: those under way as of the last checkpoint, and those that are over. */

import type { Reject } from "../batches";
import type { Outcome } from "../report";
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

export interface FoundDeliveries<Found> {
  /** Newest first. */
  deliveries: Found[];
  /** All that were found, of which these are a page. */
  total: number;
}

/** What there is to choose from in a search. */
export interface SearchChoices {
  lookers: string[];
  environments: string[];
}

export interface Archive {
  /** @param skip so many of the newest are left out */
  find(search: DeliverySearch, skip: number, limit: number): FoundDeliveries<KeptDelivery>;
  choices(): SearchChoices;
  get(delivery: string): KeptDelivery | undefined;
  /** The first records of a dry run, as they would be sent. */
  preview(delivery: string): readonly string[];
  /** Rejects in the order of their rows, behind a row. */
  rejects(delivery: string, after: number, limit: number): Reject[];
  /** The first of those that Heap refused. */
  refusals(delivery: string, limit: number): Reject[];
}
