/** Adds the hub to Looker, enables its actions and tests them: whatever of that has not been done yet. */

import type { IIntegrationHub } from "@looker/sdk";
import { LookerApiError } from "./api-error";
import { findAction, findHub } from "./find-action";
import type { LookerApi } from "./looker-api";
import type { Step } from "./step";
import { findUserAttribute, howToMakeUserAttribute, userAttributeProblem } from "./user-attribute";

export interface RegisterOptions {
  /** Address at which Looker reaches the hub. */
  hubUrl: string;
  token: string;
  /** Names of the actions to enable, as in the manifest. */
  actions: readonly string[];
  /** The user attribute that says who may send; undefined: none does. */
  userAttribute: string | undefined;
  acceptLegal: boolean;
  /** Sets the token also when Looker has one already: it does not say which. */
  rotateToken: boolean;
  dryRun: boolean;
}

/**
 * Stops at the first step that fails; the next run goes on there.
 * @returns whether everything is as it is to be
 * @throws LookerApiError
 */
export async function register(
  api: LookerApi,
  options: RegisterOptions,
  onStep: (step: Step) => void,
): Promise<boolean> {
  const { userAttribute, hubUrl } = options;
  const found = await findHub(api, hubUrl);
  if (userAttribute !== undefined) onStep(await attributeStep(api, userAttribute, hubUrl));
  if (options.dryRun) return wouldDo(api, found, options, onStep);
  const hub = found ? await kept(api, found, options, onStep) : await added(api, options, onStep);
  return (
    hub !== undefined &&
    (await isLegal(api, hub, options, onStep)) &&
    (await areEnabled(api, hub, options, onStep))
  );
}

async function added(
  { sdk }: LookerApi,
  { hubUrl, token }: RegisterOptions,
  onStep: (step: Step) => void,
): Promise<IIntegrationHub | undefined> {
  const hub = await sdk.ok(sdk.create_integration_hub({ url: hubUrl, authorization_token: token }));
  onStep({ what: "Action hub", outcome: "done", detail: `added ${hubUrl} (id ${hub.id})` });
  onStep({ what: "Token", outcome: "done", detail: "set" });
  return isReached(hub.fetch_error_message ?? "", hubUrl, onStep) ? hub : undefined;
}

async function kept(
  api: LookerApi,
  hub: IIntegrationHub,
  options: RegisterOptions,
  onStep: (step: Step) => void,
): Promise<IIntegrationHub | undefined> {
  const { sdk } = api;
  const { hubUrl, token } = options;
  const id = hub.id ?? "";
  onStep({ what: "Action hub", outcome: "unchanged", detail: `${hubUrl} is there (id ${id})` });
  const reason = await reasonToSetToken(api, hub, options);
  if (reason === undefined) {
    onStep({ what: "Token", outcome: "unchanged", detail: "Looker has one that the hub takes" });
    return hub;
  }
  const changed = await sdk.ok(sdk.update_integration_hub(id, { authorization_token: token }));
  onStep({ what: "Token", outcome: "done", detail: `set, as ${reason}` });
  const health = await sdk.ok(sdk.get_integration_hub_health(id));
  const problem = health.success ? "" : (health.message ?? "no reason given");
  return isReached(problem, hubUrl, onStep) ? changed : undefined;
}

/** Looker never shows the token: whether it is the right one shows in whether Looker can load the hub. */
async function reasonToSetToken(
  { sdk }: LookerApi,
  hub: IIntegrationHub,
  { rotateToken }: RegisterOptions,
): Promise<string | undefined> {
  if (rotateToken) return "--rotate-token asks for it";
  if (!hub.has_authorization_token) return "Looker had none";
  const health = await sdk.ok(sdk.get_integration_hub_health(hub.id ?? ""));
  return health.success ? undefined : `Looker could not load the hub with the one it had`;
}

function isReached(problem: string, hubUrl: string, onStep: (step: Step) => void): boolean {
  if (problem === "") return true;
  onStep({
    what: "Connection",
    outcome: "failed",
    detail:
      `Looker says: ${problem}. Check that the hub runs, that Looker reaches it at ${hubUrl} ` +
      "(ACTION_HUB_BASE_URL), and that the token is one of the hub's",
  });
  return false;
}

async function isLegal(
  { sdk }: LookerApi,
  hub: IIntegrationHub,
  { acceptLegal }: RegisterOptions,
  onStep: (step: Step) => void,
): Promise<boolean> {
  const what = "Legal agreement";
  if (!hub.legal_agreement_required) {
    onStep({ what, outcome: "unchanged", detail: "none is needed" });
    return true;
  }
  if (hub.legal_agreement_signed) {
    onStep({ what, outcome: "unchanged", detail: "accepted before" });
    return true;
  }
  if (!acceptLegal) {
    const text = (hub.legal_agreement_text ?? "").trim();
    onStep({
      what,
      outcome: "failed",
      detail: `Looker asks you to accept this: "${text}" If you may and do, run it again with --accept-legal`,
    });
    return false;
  }
  await sdk.ok(sdk.accept_integration_hub_legal_agreement(hub.id ?? ""));
  onStep({ what, outcome: "done", detail: "accepted" });
  return true;
}

async function areEnabled(
  api: LookerApi,
  hub: IIntegrationHub,
  { actions }: RegisterOptions,
  onStep: (step: Step) => void,
): Promise<boolean> {
  for (const name of actions) if (!(await isEnabled(api, hub, name, onStep))) return false;
  return true;
}

async function isEnabled(
  api: LookerApi,
  hub: IIntegrationHub,
  name: string,
  onStep: (step: Step) => void,
): Promise<boolean> {
  const { sdk } = api;
  const action = await findAction(api, hub.id ?? "", name);
  if (!action) {
    const detail = `Looker does not list the action ${name} of this hub: is another hub at its address?`;
    onStep({ what: "Action", outcome: "failed", detail });
    return false;
  }
  const id = action.id ?? "";
  if (action.enabled) onStep({ what: "Action", outcome: "unchanged", detail: `${action.label} is enabled` });
  else {
    await sdk.ok(sdk.update_integration(id, { enabled: true, params: action.params ?? [] }));
    onStep({ what: "Action", outcome: "done", detail: `${action.label} enabled` });
  }
  const { success, message } = await sdk.ok(sdk.test_integration(id));
  onStep(
    success
      ? { what: "Looker's test", outcome: "unchanged", detail: "passed" }
      : { what: "Looker's test", outcome: "failed", detail: `Looker says: ${message ?? "it failed"}` },
  );
  return success === true;
}

/** Looker's users have no use for the action before the attribute is there, and the hub can be added all the same. */
async function attributeStep(api: LookerApi, name: string, hubUrl: string): Promise<Step> {
  const what = "User attribute";
  const open = (problem: string) => ({ what, outcome: "open" as const, detail: problem });
  try {
    const attribute = await findUserAttribute(api, name);
    if (!attribute) return open(`${name} is not there yet. Make it ${howToMakeUserAttribute(name)}`);
    const problem = userAttributeProblem(attribute, hubUrl);
    if (problem !== undefined) return open(`${name}: ${problem}`);
    return { what, outcome: "unchanged", detail: `${name} is there` };
  } catch (error) {
    if (!(error instanceof LookerApiError)) throw error;
    return open(
      `Looker does not tell whether ${name} is there. If not, make it ${howToMakeUserAttribute(name)}`,
    );
  }
}

async function wouldDo(
  api: LookerApi,
  hub: IIntegrationHub | undefined,
  options: RegisterOptions,
  onStep: (step: Step) => void,
): Promise<boolean> {
  const { hubUrl, acceptLegal, actions } = options;
  const would = (what: string, detail: string) => onStep({ what, outcome: "would", detail });
  const is = (what: string, detail: string) => onStep({ what, outcome: "unchanged", detail });
  if (!hub) {
    would("Action hub", `add ${hubUrl}`);
    would("Token", "set it");
    would("Legal agreement", acceptLegal ? "accept it if there is one" : "stop here if there is one");
    for (const name of actions) would("Action", `enable ${name}, and test it`);
    return true;
  }
  is("Action hub", `${hubUrl} is there (id ${hub.id})`);
  const reason = await reasonToSetToken(api, hub, options);
  if (reason === undefined) is("Token", "Looker has one that the hub takes");
  else would("Token", `set it, as ${reason}`);
  if (!hub.legal_agreement_required || hub.legal_agreement_signed) is("Legal agreement", "nothing to accept");
  else would("Legal agreement", acceptLegal ? "accept it" : "stop here: it needs --accept-legal");
  for (const name of actions) {
    const action = await findAction(api, hub.id ?? "", name);
    if (action?.enabled) is("Action", `${action.label} is enabled`);
    else would("Action", `enable ${name}, and test it`);
  }
  return true;
}
