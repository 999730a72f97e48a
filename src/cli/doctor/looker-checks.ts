/** Looker, asked over its API: what it is, what the API user may do, and how it sees this hub. */

import type { Config } from "../../config";
import {
  findAction,
  findHub,
  findUserAttribute,
  formatsFor,
  howToMakeUserAttribute,
  type LookerApi,
  LookerApiError,
  plansToHub,
  userAttributeProblem,
  userPermissions,
} from "../../looker";
import { adviceFor } from "../looker-connection";
import type { Checks } from "./check";

/** What each permission is for, in Looker's words. */
const NEEDED: Readonly<Record<string, string>> = {
  administer: "to register the hub, and for the checks below",
  send_to_integration: "to schedule",
  see_looks: "to schedule a Look",
  access_data: "to run queries",
};

const NEEDED_TO_RERUN = {
  download_without_limit: "for LOOKER_RERUN, where a schedule sends all results",
};

export class LookerChecks {
  constructor(
    private readonly api: LookerApi,
    private readonly config: Config,
    private readonly checks: Checks,
  ) {}

  /** @returns whether Looker lets us in: nothing else need be asked if not */
  async credentials(): Promise<boolean> {
    const { api, checks } = this;
    const known = await this.asked("Looker", async () => {
      const { looker_release_version: version } = await api.sdk.ok(
        api.sdk.versions("looker_release_version"),
      );
      const [format] = formatsFor(`LookerOutgoingWebhook/${version}`);
      if (format === "json_detail")
        checks.failed("Looker's version", `${version} gives no more than about 5,000 rows: 6.2 gives all`);
      else checks.ok("Looker's version", `${version}`);
      const { display_name: name } = await api.sdk.ok(api.sdk.me("display_name"));
      checks.ok("Credentials", `Looker knows the API key, of ${name}`);
      return true;
    });
    return known === true;
  }

  async permissions(): Promise<void> {
    const { api, checks } = this;
    const name = "Permissions";
    let has: Set<string>;
    try {
      has = await userPermissions(api);
    } catch (error) {
      if (!(error instanceof LookerApiError)) throw error;
      checks.skipped(name, "Looker does not tell this user what it may do; the checks below show it");
      return;
    }
    const needed = this.config.lookerRerun ? { ...NEEDED, ...NEEDED_TO_RERUN } : NEEDED;
    const missing = Object.entries(needed).filter(([permission]) => !has.has(permission));
    if (missing.length === 0) checks.ok(name, "all that are needed");
    else
      checks.failed(
        name,
        `the API user's role lacks ${missing.map(([permission, why]) => `${permission} (${why})`).join(", ")}`,
      );
  }

  /** @returns Looker's id of the action, when it is to be had */
  async hub(action: string): Promise<string | undefined> {
    const { api, checks } = this;
    const { baseUrl } = this.config;
    const name = "Hub in Looker";
    if (baseUrl === undefined) {
      checks.skipped(name, "ACTION_HUB_BASE_URL is not set");
      return undefined;
    }
    return this.asked(name, async () => {
      const hub = await findHub(api, baseUrl);
      if (!hub) {
        checks.failed(name, `Looker has no action hub ${baseUrl}: run register`);
        return undefined;
      }
      const health = await api.sdk.ok(api.sdk.get_integration_hub_health(hub.id ?? ""));
      if (!health.success) {
        checks.failed(name, `Looker says: ${health.message ?? "it is not well"}`);
        return undefined;
      }
      const found = await findAction(api, hub.id ?? "", action);
      if (!found?.enabled) {
        checks.failed(name, `Looker reaches it, and the action ${action} is not enabled: run register`);
        return undefined;
      }
      const attribute = this.config.lookerUserAttribute;
      const isAskedFor = found.params?.some((param) => param.user_attribute_name === attribute);
      if (attribute !== undefined && !isAskedFor) {
        checks.failed(
          name,
          `Looker does not ask its users' ${attribute} yet, so the hub refuses everyone: press Refresh at the hub under ` +
            "Admin › Actions, or run register",
        );
        return found.id;
      }
      checks.ok(name, "Looker reaches it, and its action is enabled");
      return found.id;
    });
  }

  /** The one that says who may send. */
  async userAttribute(): Promise<void> {
    const { api, checks } = this;
    const { lookerUserAttribute: attribute, baseUrl } = this.config;
    const name = "User attribute";
    if (attribute === undefined) {
      checks.skipped(name, "none is asked for: LOOKER_USER_ATTRIBUTE can say who may send, and to where");
      return;
    }
    await this.asked(name, async () => {
      const found = await findUserAttribute(api, attribute);
      if (!found) {
        const problem = `Looker has none called ${attribute}, so it offers the action to nobody`;
        checks.failed(name, `${problem}: make it ${howToMakeUserAttribute(attribute)}`);
        return;
      }
      const problem = userAttributeProblem(found, baseUrl);
      if (problem !== undefined) checks.failed(name, `${attribute}: ${problem}`);
      else if (found.default_value)
        checks.ok(name, `${attribute} is there; whoever has no value may send to ${found.default_value}`);
      else checks.ok(name, `${attribute} is there; whoever has no value may not send`);
    });
  }

  /** @param fields names that the form has */
  async form(actionId: string, fields: readonly string[]): Promise<void> {
    const { api, checks } = this;
    const name = "Form";
    await this.asked(name, async () => {
      const form = await api.sdk.ok(api.sdk.fetch_integration_form(actionId, {}));
      const got = (form.fields ?? []).map((field) => field.name ?? "");
      const missing = fields.filter((field) => !got.includes(field));
      if (missing.length === 0) checks.ok(name, `Looker gets its ${got.length} fields`);
      else
        checks.failed(name, `Looker gets it without ${missing.join(", ")}: is an older hub running there?`);
    });
  }

  async downloads(): Promise<void> {
    const { api, checks } = this;
    const { allowedOrigins } = this.config;
    const name = "Downloads";
    await this.asked(name, async () => {
      const { web_server_url: web } = await api.sdk.ok(api.sdk.versions("web_server_url"));
      const { origin } = new URL(web ?? api.credentials.baseUrl);
      if (allowedOrigins.includes(origin)) checks.ok(name, `allowed from ${origin}`);
      else
        checks.failed(name, `this Looker is ${origin}, which LOOKER_ALLOWED_ORIGINS does not have: add it`);
    });
  }

  async schedules(actionId: string): Promise<void> {
    const { api, checks } = this;
    const name = "Schedule";
    await this.asked(name, async () => {
      const plans = await plansToHub(api, actionId);
      if (plans.length === 0) checks.skipped(name, "none delivers to this hub that this user may see");
      for (const { id, name: title, enabled, lastRun } of plans) {
        const which = `"${title}" (id ${id})`;
        if (!enabled) checks.skipped(name, `${which} is switched off`);
        else if (!lastRun)
          checks.skipped(name, `${which}: Looker tells this user of no run (see_system_activity)`);
        else {
          const { at, status, detail } = lastRun;
          const said = `${which}: ${status} at ${at}${detail === "" ? "" : `: ${detail.replace(/\.$/, "")}`}`;
          if (status === "failure") checks.failed(name, said);
          else checks.ok(name, said);
        }
      }
    });
  }

  /** A refusal is what is wrong with what was looked at. */
  private async asked<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LookerApiError)) throw error;
      this.checks.failed(name, `${error.message}. ${adviceFor(error)}`);
      return undefined;
    }
  }
}
