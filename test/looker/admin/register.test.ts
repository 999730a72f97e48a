/** Holds `register` to what it promises: everything that is missing is done, and nothing else. */

import { register, type Step } from "../../../src/looker";
import { type Administered, connect, startAdministered } from "../../helpers/administered";
import { TOKEN } from "../../helpers/running-hub";

let world: Administered;

beforeEach(async () => {
  world = await startAdministered();
});

afterEach(async () => world.close());

/** What came of it, a line a step. */
async function registered(
  options: Partial<Parameters<typeof register>[1]> = {},
  api = world.api,
): Promise<string[]> {
  const steps: Step[] = [];
  const success = await register(
    api,
    {
      hubUrl: world.hub.url,
      token: TOKEN,
      actions: ["heap"],
      userAttribute: undefined,
      acceptLegal: true,
      rotateToken: false,
      dryRun: false,
      ...options,
    },
    (step) => steps.push(step),
  );
  const lines = steps.map(({ what, outcome, detail }) =>
    `${outcome} | ${what}: ${detail}`.replaceAll(world.hub.url, "HUB"),
  );
  return [...lines, String(success)];
}

it("adds the hub with its token, accepts the agreement, enables the action and tests it", async () => {
  expect(await registered()).toEqual([
    "done | Action hub: added HUB (id 2)",
    "done | Token: set",
    "done | Legal agreement: accepted",
    "done | Action: Heap enabled",
    "unchanged | Looker's test: passed",
    "true",
  ]);
  const { hubs, integrations } = world.looker.instance;
  expect(hubs).toMatchObject([{ url: world.hub.url, token: TOKEN, legal_agreement_signed: true }]);
  expect(integrations).toMatchObject([
    { id: "2::heap", enabled: true, label: "Heap" },
    { id: "2::heap_events", enabled: false },
    { id: "2::heap_cell", enabled: false },
  ]);
});

it("changes nothing when it is run again", async () => {
  await registered();
  const before = structuredClone(world.looker.instance.hubs);

  expect(await registered({ acceptLegal: false })).toEqual([
    "unchanged | Action hub: HUB is there (id 2)",
    "unchanged | Token: Looker has one that the hub takes",
    "unchanged | Legal agreement: accepted before",
    "unchanged | Action: Heap is enabled",
    "unchanged | Looker's test: passed",
    "true",
  ]);
  expect(world.looker.instance.hubs).toEqual(before);
});

it("finds a hub whose address Looker keeps with a slash at its end", async () => {
  await world.api.sdk.ok(
    world.api.sdk.create_integration_hub({ url: `${world.hub.url}/`, authorization_token: TOKEN }),
  );
  expect(await registered()).toContain("unchanged | Action hub: HUB is there (id 2)");
  expect(world.looker.instance.hubs).toHaveLength(1);
});

it("stops before the legal agreement and shows it, unless it is to be accepted", async () => {
  expect(await registered({ acceptLegal: false })).toEqual([
    "done | Action hub: added HUB (id 2)",
    "done | Token: set",
    'failed | Legal agreement: Looker asks you to accept this: "Data that is sent to this action hub leaves ' +
      'Looker. Do you agree?" If you may and do, run it again with --accept-legal',
    "false",
  ]);
  expect(world.looker.instance.hubs).toMatchObject([{ legal_agreement_signed: false }]);
});

describe("the token that Looker has", () => {
  it("is set when there is none", async () => {
    await registered();
    world.looker.instance.hubs[0]!.token = "";
    expect(await registered()).toContain("done | Token: set, as Looker had none");
    expect(world.looker.instance.hubs).toMatchObject([{ token: TOKEN }]);
  });

  it("is set when the hub does not take it", async () => {
    await registered();
    world.looker.instance.hubs[0]!.token = "old";
    expect(await registered()).toContain(
      "done | Token: set, as Looker could not load the hub with the one it had",
    );
    expect(world.looker.instance.hubs).toMatchObject([{ token: TOKEN }]);
  });

  it("is set when that is asked for", async () => {
    await registered();
    expect(await registered({ rotateToken: true })).toContain(
      "done | Token: set, as --rotate-token asks for it",
    );
  });
});

it("says what to look at when Looker can't load the hub", async () => {
  expect(await registered({ token: "wrong" })).toEqual([
    "done | Action hub: added HUB (id 2)",
    "done | Token: set",
    "failed | Connection: Looker says: Error loading from the integration hub: it answered 401. Check that the " +
      "hub runs, that Looker reaches it at HUB (ACTION_HUB_BASE_URL), and that the token is one of the hub's",
    "false",
  ]);
});

describe("a dry run", () => {
  it("says what would be done for a new hub, and does nothing", async () => {
    expect(await registered({ dryRun: true })).toEqual([
      "would | Action hub: add HUB",
      "would | Token: set it",
      "would | Legal agreement: accept it if there is one",
      "would | Action: enable heap, and test it",
      "true",
    ]);
    expect(world.looker.instance.hubs).toEqual([]);
  });

  it("says what is there already", async () => {
    await registered();
    expect(await registered({ dryRun: true })).toEqual([
      "unchanged | Action hub: HUB is there (id 2)",
      "unchanged | Token: Looker has one that the hub takes",
      "unchanged | Legal agreement: nothing to accept",
      "unchanged | Action: Heap is enabled",
      "true",
    ]);
  });
});

it("repeats Looker's refusal when the API user is no admin", async () => {
  const other = world.looker.instance.addUser("Bo Business", ["see_looks"]);
  const api = connect(world.looker, other);
  await expect(registered({}, api)).rejects.toThrow("Looker answered 403 (Permission denied)");
  await api.close();
});

describe("the user attribute that says who may send", () => {
  const HOW =
    "in Looker, under Admin › User Attributes › Create User Attribute, with the name heap_environments, the data type " +
    "String, the user access None and values that are not hidden; then give it a value for groups or users: environment " +
    "IDs separated by commas, such as 123,456, or all";
  const first = async (more = {}) => (await registered({ userAttribute: "heap_environments", ...more }))[0];

  it("is told how to make, and the hub is added all the same", async () => {
    const expected = `open | User attribute: heap_environments is not there yet. Make it ${HOW}`;
    expect(await first({ dryRun: true })).toBe(expected);
    const lines = await registered({ userAttribute: "heap_environments" });
    expect([lines[0], ...lines.slice(-2)]).toEqual([expected, "unchanged | Looker's test: passed", "true"]);
  });

  it("is found when it is there", async () => {
    world.looker.instance.addUserAttribute("heap_environments", new Map());
    expect(await first()).toBe("unchanged | User attribute: heap_environments is there");
  });

  it.each([
    [{ type: "number" }, "its data type is number, which takes no list of IDs: make it String"],
    [
      { user_can_edit: true },
      "users can edit it, and so allow themselves anything: set its user access to None",
    ],
    [
      { value_is_hidden: true, hidden_value_domain_whitelist: "example.com, https://*.example.org/*" },
      "its values are hidden, and Looker sends them only to the domains on its list, where 127.0.0.1 is not: make it anew " +
        "with values that are not hidden, as the list can't be changed",
    ],
  ])("is told what is wrong with it: %j", async (attribute, problem) => {
    world.looker.instance.addUserAttribute("heap_environments", new Map(), attribute);
    expect(await first()).toBe(`open | User attribute: heap_environments: ${problem}`);
  });

  it.each(["127.0.0.1", "https://127.0.0.1/*", "example.com, 127.0.*", "*"])(
    "may have hidden values that go to %j",
    async (whitelist) => {
      const attribute = { value_is_hidden: true, hidden_value_domain_whitelist: whitelist };
      world.looker.instance.addUserAttribute("heap_environments", new Map(), attribute);
      expect(await first()).toBe("unchanged | User attribute: heap_environments is there");
    },
  );
});
