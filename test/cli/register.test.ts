/** `register` as it is run: what it prints, and its exit code. */

import { type Administered, startAdministered } from "../helpers/administered";
import { runCommand } from "../helpers/run-command";

let world: Administered;

beforeEach(async () => {
  world = await startAdministered();
});

afterEach(async () => world.close());

it("prints each step, and ends with 0", async () => {
  const { code, output, errors } = await runCommand(["register", "--accept-legal"], world.variables);
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output.replaceAll(world.hub.url, "http://hub.example.com")).toMatchInlineSnapshot(`
"✓ Action hub       added http://hub.example.com (id 2).
✓ Token            set.
✓ Legal agreement  accepted.
✓ Action           Heap enabled.
= Looker's test    passed.
"
`);
});

it("enables the actions that are named", async () => {
  const args = ["register", "--accept-legal", "--actions", "heap_events, heap"];
  const { code, output } = await runCommand(args, world.variables);
  expect(code).toBe(0);
  expect(output.match(/^✓ Action {11}.+$/gm)).toEqual([
    "✓ Action           Heap events enabled.",
    "✓ Action           Heap enabled.",
  ]);
  expect(world.looker.instance.integrations).toMatchObject([
    { enabled: true },
    { enabled: true },
    { enabled: false },
  ]);
});

it("ends with 2 when there is no such action", async () => {
  const { code, errors } = await runCommand(["register", "--actions", "heap,shoes"], world.variables);
  expect([code, errors]).toEqual([
    2,
    expect.stringContaining('There is no action "shoes", only heap, heap_events, heap_cell.'),
  ]);
});

it("says how to make the user attribute that LOOKER_USER_ATTRIBUTE names", async () => {
  const { code, output } = await runCommand(["register", "--accept-legal"], {
    ...world.variables,
    LOOKER_USER_ATTRIBUTE: "heap_environments",
  });
  expect(code).toBe(0);
  expect(output).toMatch(
    /^! User attribute {3}heap_environments is not there yet\. Make it in Looker, under Admin › User Attributes › .+\.$/m,
  );
});

it("ends with 1 when something is left to do", async () => {
  const { code, output } = await runCommand(["register", "--json"], world.variables);
  expect(code).toBe(1);
  const { success, steps } = JSON.parse(output);
  expect(success).toBe(false);
  expect(steps.at(-1)).toMatchObject({ what: "Legal agreement", outcome: "failed" });
});

it("names the settings that are missing, and ends with 2", async () => {
  const { LOOKERSDK_CLIENT_SECRET: _secret, ...rest } = world.variables;
  const { code, errors } = await runCommand(["register"], rest);
  expect({ code, errors }).toEqual({
    code: 2,
    errors: "Error: LOOKERSDK_CLIENT_SECRET: missing. Looker's API needs its address, an ID and a secret.\n",
  });
});

it("says to check the credentials when Looker does not know them", async () => {
  const { code, errors } = await runCommand(["register"], {
    ...world.variables,
    LOOKERSDK_CLIENT_SECRET: "wrong",
  });
  expect(code).toBe(2);
  expect(errors).toBe(
    "Error: Looker answered 404 (Not found). Check LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET, and that the " +
      "API user may see what is asked for.\n",
  );
});
