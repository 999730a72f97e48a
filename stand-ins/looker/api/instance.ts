/** What a Looker instance holds: who may use its API, its action hubs, its content and its schedules. */

import { randomBytes } from "node:crypto";
import type { IIntegration, IIntegrationHub, IQuery, IScheduledPlan, IUserAttribute } from "@looker/sdk";
import type { OfferOptions, ResultDocument } from "../result-offer";

export interface ApiUser {
  readonly id: string;
  readonly displayName: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Names of Looker's permissions. */
  readonly permissions: readonly string[];
}

export interface StoredHub extends IIntegrationHub {
  id: string;
  url: string;
  /** Never shown. */
  token: string;
}

export interface StoredIntegration extends IIntegration {
  id: string;
  integration_hub_id: string;
  /** Where the hub says that it is executed, and has its form. */
  executeUrl: string;
  formUrl: string;
}

export interface StoredQuery extends IQuery {
  id: string;
  /** A new document for each time it is run. */
  result: () => ResultDocument;
  /** How its downloads go; not its runs over the API. */
  download?: OfferOptions;
}

export interface StoredLook {
  id: string;
  title: string;
  queryId: string;
}

export interface StoredPlan extends IScheduledPlan {
  id: string;
  user_id: string;
}

export interface StoredUserAttribute extends IUserAttribute {
  name: string;
  /** User's id → the value; whoever is not there has the default value, if there is one. */
  values: ReadonlyMap<string, string>;
}

/** One run of a schedule. */
export interface Job {
  readonly plan: string;
  readonly startedAtMs: number;
  status: "running" | "success" | "failure";
  /** What the hub replied; empty after a success without a message. */
  detail: string;
}

/** A query that was run over the API. */
export interface QueryRun {
  readonly query: string;
  readonly format: string;
  /** As it was asked for. */
  readonly limit: string | undefined;
}

/** The permissions of Looker's role Admin that matter here. */
const ADMIN_PERMISSIONS = [
  "administer",
  "access_data",
  "see_looks",
  "explore",
  "schedule_look_emails",
  "send_to_integration",
  "download_without_limit",
  "see_schedules",
  "see_system_activity",
] as const;

export class LookerInstance {
  readonly users: ApiUser[] = [];
  readonly hubs: StoredHub[] = [];
  readonly integrations: StoredIntegration[] = [];
  readonly looks: StoredLook[] = [];
  readonly queries: StoredQuery[] = [];
  readonly plans: StoredPlan[] = [];
  readonly userAttributes: StoredUserAttribute[] = [];
  readonly jobs: Job[] = [];
  readonly runs: QueryRun[] = [];
  /** Result formats that a query can be run in over the API. */
  runFormats: readonly string[] = ["json_detail"];
  version = "25.20.14";
  private lastId = 0;

  nextId(): string {
    this.lastId++;
    return String(this.lastId);
  }

  addUser(displayName: string, permissions: readonly string[] = ADMIN_PERMISSIONS): ApiUser {
    const user: ApiUser = {
      id: this.nextId(),
      displayName,
      clientId: randomBytes(10).toString("hex"),
      clientSecret: randomBytes(12).toString("hex"),
      permissions,
    };
    this.users.push(user);
    return user;
  }

  /** @param query what differs from a query of the shop's users */
  addQuery(result: () => ResultDocument, query: Partial<StoredQuery> = {}): StoredQuery {
    const id = this.nextId();
    const stored: StoredQuery = {
      id,
      model: "shop",
      view: "users",
      fields: ["users.email", "users.plan"],
      limit: "500",
      slug: `slug${id}`,
      vis_config: null,
      ...query,
      result,
    };
    this.queries.push(stored);
    return stored;
  }

  /** @param attribute what differs from one whose values are no secret, and which only admins set */
  addUserAttribute(
    name: string,
    values: ReadonlyMap<string, string>,
    attribute: Partial<IUserAttribute> = {},
  ): void {
    this.userAttributes.push({
      id: this.nextId(),
      label: name,
      type: "string",
      default_value: null,
      is_system: false,
      value_is_hidden: false,
      user_can_view: false,
      user_can_edit: false,
      hidden_value_domain_whitelist: null,
      ...attribute,
      name,
      values,
    });
  }

  addLook(title: string, query: StoredQuery, id = this.nextId()): StoredLook {
    const look = { id, title, queryId: query.id };
    this.looks.push(look);
    return look;
  }

  removePlan(id: string): void {
    const at = this.plans.findIndex((plan) => plan.id === id);
    if (at >= 0) this.plans.splice(at, 1);
  }
}

/** The entry with an id. */
export function byId<T extends { readonly id: string }>(entries: readonly T[], id: unknown): T | undefined {
  return entries.find((entry) => entry.id === id);
}
