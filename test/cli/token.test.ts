/** The command `token`: a hub that runs takes a new token at once, and a revoked one no more. */

import { generateResult } from "../../stand-ins/looker";
import { HubProcess } from "../helpers/hub-process";
import { EXECUTE_PATH, FORM_PATH } from "../helpers/looker-post";
import { post } from "../helpers/post";
import { runCommand } from "../helpers/run-command";
import { TOKEN } from "../helpers/running-hub";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const newFolder = tempFolders();
let variables: Record<string, string>;
let hub: HubProcess | undefined;

beforeEach(() => {
  // A test that waits for a token to open asks with it many times.
  const WRONG_TOKENS_MAX = "1000000";
  variables = { DATA_DIR: newFolder(), ACTION_HUB_TOKENS: `${TOKEN},bound-token@123,456`, WRONG_TOKENS_MAX };
});

afterEach(async () => {
  await hub?.kill();
  hub = undefined;
});

const run = (...words: string[]) => runCommand(["token", ...words], variables);

async function make(...words: string[]): Promise<{ token: string; fingerprint: string }> {
  return JSON.parse((await run("make", "--json", ...words)).output);
}

async function statusFor(token: string): Promise<number> {
  return (await post(`${hub?.url}/`, null, { authorization: `Token token="${token}"` })).status;
}

it("changes the tokens of a hub that runs, without a gap", async () => {
  hub = await HubProcess.start(variables).whenReady();
  const first = await make();
  await until(async () => (await statusFor(first.token)) === 200);
  const second = await make();
  await until(async () => (await statusFor(second.token)) === 200);
  expect(await run("revoke", first.fingerprint)).toMatchObject({
    code: 0,
    output: `${first.fingerprint} opens nothing any more.\n`,
  });
  await until(async () => (await statusFor(first.token)) === 401);
  expect([await statusFor(second.token), await statusFor(TOKEN)]).toEqual([200, 200]);
});

it("lists tokens by their fingerprints, wherever they are from, and shows none of them", async () => {
  const { token, fingerprint } = await make("--environments", "7,8");
  const { output } = await run("list");
  expect(output.split("\n")).toEqual([
    expect.stringMatching(/^[0-9a-f]{8} {2}ACTION_HUB_TOKENS .* any environment$/),
    expect.stringMatching(/^[0-9a-f]{8} {2}ACTION_HUB_TOKENS .* environments 123, 456$/),
    expect.stringMatching(new RegExp(`^${fingerprint} {2}tokens.json +\\d{4}-.*Z {2}environments 7, 8$`)),
    "",
  ]);
  for (const secret of [token, TOKEN, "bound-token"]) expect(output).not.toContain(secret);
});

it("says what it can't do", async () => {
  const [own = ""] = (await run("list")).output.split(" ");
  expect((await run("revoke", own)).errors).toContain("is of ACTION_HUB_TOKENS: take it out there");
  expect(await run("revoke", "00000000")).toMatchObject({
    code: 1,
    errors: expect.stringContaining("no token"),
  });
  expect(await run("revoke")).toMatchObject({ code: 2 });
  expect(await run("forge")).toMatchObject({ code: 2 });
  expect(await run("make", "--environments", "x")).toMatchObject({ code: 2 });
});

it("a token that is bound to environments opens these only, in the form too", async () => {
  const HEAP_ENVIRONMENTS = "One=123,Two=456,Three=789";
  hub = await HubProcess.start({ ...variables, HEAP_ENVIRONMENTS }).whenReady();
  const made = await make("--environments", "789");
  await until(async () => (await statusFor(made.token)) === 200);
  const say = async (token: string, path: string, body: object) =>
    JSON.parse(
      (await post(`${hub?.url}${path}`, JSON.stringify(body), { authorization: `Token token="${token}"` }))
        .text,
    );
  const offered = async (token: string) => {
    const { fields } = await say(token, FORM_PATH, {});
    return fields[0].options.map(({ name }: { name: string }) => name);
  };
  expect(await offered(TOKEN)).toEqual(["123", "456", "789"]);
  expect(await offered("bound-token")).toEqual(["123", "456"]);
  expect(await offered(made.token)).toEqual(["789"]);

  const data = [...generateResult({ rows: 1 })].join("");
  const execute = (token: string) =>
    say(token, EXECUTE_PATH, {
      attachment: { mimetype: "application/json", data },
      form_params: { env_id: "789", property_type: "user", heap_field: "users.email", dry_run: "yes" },
    });
  expect(await execute(made.token)).toMatchObject({ looker: { success: true } });
  const sentence =
    "This Looker may not send to Heap environment 789: its token opens 123, 456. Whoever runs the action hub can change it.";
  expect(await execute("bound-token")).toMatchObject({
    looker: { success: false, validation_errors: { env_id: sentence } },
  });
});
