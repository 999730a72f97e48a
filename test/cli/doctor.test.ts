/** `doctor` as it is run: a line a check, what to do, and its exit code. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { schedule } from "../../src/looker";
import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { generateResult } from "../../stand-ins/looker";
import { type Administered, startAdministered } from "../helpers/administered";
import { HubProcess } from "../helpers/hub-process";
import { runCommand } from "../helpers/run-command";
import { tempFolders } from "../helpers/temp-folders";

const tempFolder = tempFolders();
let heap: StandInHeap;
let world: Administered;
let variables: Readonly<Record<string, string>>;

beforeEach(async () => {
  heap = await startStandInHeap();
  world = await startAdministered();
  variables = {
    ...world.variables,
    HEAP_API_URL: heap.url,
    DATA_DIR: tempFolder(),
    LOOKER_ALLOWED_ORIGINS: world.looker.url,
  };
});

afterEach(async () => {
  await world.close();
  await heap.close();
});

/** A hub that is registered, and a schedule to it that has run. */
async function runOf(result: () => Iterable<string> | string, dryRun: "yes" | "no"): Promise<void> {
  await world.register();
  const { instance, scheduler } = world.looker;
  const look = instance.addLook("Shop users", instance.addQuery(result)).id;
  const hubIs = { hubUrl: world.hub.url, action: "heap", content: { look }, title: undefined };
  const form = { env_id: "123", property_type: "user", dry_run: dryRun };
  const when = { crontab: "0 6 * * *", timezone: undefined, runNow: true };
  await schedule(world.api, { ...hubIs, ...when, form }, () => undefined);
  await scheduler.idle();
}

/** What it prints, with what differs from run to run taken out. */
async function examined(
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; lines: string[] }> {
  const { code, output } = await runCommand(["doctor"], { ...variables, ...more });
  const lines = output
    .replaceAll(world.hub.url, "HUB")
    .replaceAll(world.looker.url, "LOOKER")
    .replaceAll(heap.url, "HEAP")
    .replaceAll(String(variables["DATA_DIR"]), "FOLDER")
    .replace(/✓ Disk .*/, "✓ Disk")
    .replace(/✓ Clock .*/, "✓ Clock")
    .replace(/(deliveries\/)[\w-]+\?key=[\w-]+/g, "$1LINK")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "TIME")
    .trimEnd()
    .split("\n");
  return { code, lines };
}

it("finds everything right, and ends with 0", async () => {
  await runOf(() => generateResult({ rows: 3 }), "yes");

  const { code, lines } = await examined();
  expect(lines.join("\n")).toMatchInlineSnapshot(`
"✓ Settings         all are right
✓ Tokens           ACTION_HUB_TOKENS has 1
✓ Data folder      FOLDER can be written
✓ Disk
– Database         not used: what waits for Heap is kept in the data folder
– Environments     any number is taken, and Heap accepts any: set HEAP_ENVIRONMENTS to yours, such as Production=123,Development=456, so that a slip in the form is refused
✓ Users in Heap    found by identity where the form does not say, and created where Heap has none (HEAP_MATCH_BY=identity). Schedules that come from Heap's own Looker action mean e-mails: set HEAP_MATCH_BY=email for those, unless identities are e-mails
✓ Heap             HEAP answers
✓ Base URL         HUB is this hub
– TLS              the base URL is not https: fine for a trial, not for users' data
✓ Clock
✓ Looker's version 25.20.14
✓ Credentials      Looker knows the API key, of Ada Admin
✓ Permissions      all that are needed
✓ Downloads        allowed from LOOKER
– User attribute   none is asked for: LOOKER_USER_ATTRIBUTE can say who may send, and to where
✓ Hub in Looker    Looker reaches it, and its action is enabled
✓ Form             Looker gets its 9 fields
✓ Schedule         "Shop users to Heap 123" (id 5): success at TIME: Dry run: 3 users would be sent to Heap environment 123. Nothing was sent. Details: HUB/deliveries/LINK"
`);
  expect(code).toBe(0);
  expect(heap.users("123").size).toBe(0);
});

it("says of everything that is wrong what to do, and ends with 1", async () => {
  await runOf(() => "<html>", "no");
  await heap.close();

  const { code, lines } = await examined({
    LOOKER_ALLOWED_ORIGINS: "https://other.example.com",
    ACTION_HUB_TOKENS: "another",
  });
  expect(lines.join("\n")).toMatchInlineSnapshot(`
"✓ Settings         all are right
✓ Tokens           ACTION_HUB_TOKENS has 1
✓ Data folder      FOLDER can be written
✓ Disk
– Database         not used: what waits for Heap is kept in the data folder
– Environments     any number is taken, and Heap accepts any: set HEAP_ENVIRONMENTS to yours, such as Production=123,Development=456, so that a slip in the form is refused
✓ Users in Heap    found by identity where the form does not say, and created where Heap has none (HEAP_MATCH_BY=identity). Schedules that come from Heap's own Looker action mean e-mails: set HEAP_MATCH_BY=email for those, unless identities are e-mails
✗ Heap             HEAP can't be reached (ECONNREFUSED): let the hub's machine connect to it
✗ Base URL         the hub at HUB has another token than this one
– TLS              the base URL is not https: fine for a trial, not for users' data
✓ Clock
✓ Looker's version 25.20.14
✓ Credentials      Looker knows the API key, of Ada Admin
✓ Permissions      all that are needed
✗ Downloads        this Looker is LOOKER, which LOOKER_ALLOWED_ORIGINS does not have: add it
– User attribute   none is asked for: LOOKER_USER_ATTRIBUTE can say who may send, and to where
✓ Hub in Looker    Looker reaches it, and its action is enabled
✓ Form             Looker gets its 9 fields
✗ Schedule         "Shop users to Heap 123" (id 5): failure at TIME: Looker's result was not read to its end, interrupted after 0 rows: it is an HTML page, not a query result (at byte 1). Nothing was sent to Heap environment 123. Send it again from Looker: what is sent twice does no harm. Details: HUB/deliveries/LINK"
`);
  expect(code).toBe(1);
});

it("looks at what it can before the hub is in Looker, or has ever run", async () => {
  const { ACTION_HUB_TOKENS: _tokens, LOOKER_ALLOWED_ORIGINS: _origins, ...rest } = variables;
  variables = { ...rest, DATA_DIR: path.join(String(variables["DATA_DIR"]), "none") };
  const { code, lines } = await examined();
  expect(lines.join("\n")).toMatchInlineSnapshot(`
"✓ Settings         all are right
✗ Tokens           there is none in FOLDER yet: start the hub once, or set ACTION_HUB_TOKENS
– Data folder      FOLDER is not there yet: the hub makes it when it starts
– Database         not used: what waits for Heap is kept in the data folder
– Environments     any number is taken, and Heap accepts any: set HEAP_ENVIRONMENTS to yours, such as Production=123,Development=456, so that a slip in the form is refused
✓ Users in Heap    found by identity where the form does not say, and created where Heap has none (HEAP_MATCH_BY=identity). Schedules that come from Heap's own Looker action mean e-mails: set HEAP_MATCH_BY=email for those, unless identities are e-mails
✓ Heap             HEAP answers
– Base URL         a hub answers at HUB, and there is no token here to try
– TLS              the base URL is not https: fine for a trial, not for users' data
✓ Clock
✓ Looker's version 25.20.14
✓ Credentials      Looker knows the API key, of Ada Admin
✓ Permissions      all that are needed
✓ Downloads        allowed from LOOKER
– User attribute   none is asked for: LOOKER_USER_ATTRIBUTE can say who may send, and to where
✗ Hub in Looker    Looker has no action hub HUB: run register"
`);
  expect(code).toBe(1);
});

it("says which permissions the API user lacks", async () => {
  const { clientId, clientSecret } = world.looker.instance.addUser("Bo Business", [
    "see_looks",
    "access_data",
  ]);
  const { lines } = await examined({ LOOKERSDK_CLIENT_ID: clientId, LOOKERSDK_CLIENT_SECRET: clientSecret });
  expect(lines.slice(-4)).toEqual([
    "✗ Permissions      the API user's role lacks administer (to register the hub, and for the checks below), " +
      "send_to_integration (to schedule)",
    "✓ Downloads        allowed from LOOKER",
    "– User attribute   none is asked for: LOOKER_USER_ATTRIBUTE can say who may send, and to where",
    "✗ Hub in Looker    Looker answered 403 (Permission denied). The API user's role does not allow it: " +
      "docs/looker.md lists what it needs.",
  ]);
});

it("says what to check when Looker does not know the API key, or is not there", async () => {
  const wrong = await examined({ LOOKERSDK_CLIENT_SECRET: "guessed" });
  expect(wrong.lines.at(-1)).toMatch(
    /^✗ Looker {11}Looker answered 404 \(Not found\)\. Check LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET/,
  );
  const gone = await examined({ LOOKERSDK_BASE_URL: "http://127.0.0.1:9" });
  expect(gone.lines.at(-1)).toBe(
    "✗ Looker           Looker can't be reached (ECONNREFUSED). Check LOOKERSDK_BASE_URL, and that this machine " +
      "reaches it.",
  );
});

describe("the user attribute that says who may send", () => {
  const ATTRIBUTE = { LOOKER_USER_ATTRIBUTE: "heap_environments" };
  const linesAbout = async (...names: string[]) => {
    const { code, lines } = await examined(ATTRIBUTE);
    return { code, lines: lines.filter((line) => names.some((name) => line.slice(2).startsWith(name))) };
  };

  it("is to be made where it is missing", async () => {
    const { code, lines } = await linesAbout("User attribute");
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(
          /^✗ User attribute {3}Looker has none called heap_environments, so it offers the action to nobody: make it in Looker, under Admin › User Attributes › /,
        ),
      ],
    });
  });

  it("must be one that users can't change", async () => {
    world.looker.instance.addUserAttribute("heap_environments", new Map(), { user_can_edit: true });
    expect((await linesAbout("User attribute")).lines).toEqual([
      "✗ User attribute   heap_environments: users can edit it, and so allow themselves anything: set its user access to None",
    ]);
  });

  it("is to be asked for by Looker", async () => {
    await world.register();
    world.looker.instance.addUserAttribute("heap_environments", new Map([[world.user.id, "123"]]));
    expect(await linesAbout("User attribute", "Hub in Looker")).toEqual({
      code: 1,
      lines: [
        "✓ User attribute   heap_environments is there; whoever has no value may not send",
        "✗ Hub in Looker    Looker does not ask its users' heap_environments yet, so the hub refuses everyone: press " +
          "Refresh at the hub under Admin › Actions, or run register",
      ],
    });
  });

  it("lets its default count for whoever has no value", async () => {
    await world.close();
    world = await startAdministered({ hubVariables: ATTRIBUTE });
    variables = { ...variables, ...world.variables, LOOKER_ALLOWED_ORIGINS: world.looker.url };
    world.looker.instance.addUserAttribute("heap_environments", new Map(), { default_value: "123" });
    await world.register();
    expect(await linesAbout("User attribute", "Hub in Looker", "Form")).toEqual({
      code: 0,
      lines: [
        "✓ User attribute   heap_environments is there; whoever has no value may send to 123",
        "✓ Hub in Looker    Looker reaches it, and its action is enabled",
        "✓ Form             Looker gets its 9 fields",
      ],
    });
  });
});

it("tells which environments may be sent to, and how Heap finds a user", async () => {
  const { lines } = await examined({
    HEAP_ENVIRONMENTS: "Production=123,Development=456",
    HEAP_MATCH_BY: "email",
  });
  expect(lines.slice(4, 7)).toEqual([
    "– Database         not used: what waits for Heap is kept in the data folder",
    "✓ Environments     Production (123), Development (456)",
    "✓ Users in Heap    found by e-mail where the form does not say, as Heap's own Looker action does it " +
      "(HEAP_MATCH_BY=email). A form that says identity has its users found by the documented API, which creates those " +
      "that Heap does not have",
  ]);
});

it("says that a data folder can't be made where it is to be", async () => {
  const file = path.join(String(variables["DATA_DIR"]), "file");
  writeFileSync(file, "");
  variables = { ...variables, DATA_DIR: path.join(file, "data") };
  const { code, lines } = await examined();
  expect(lines.find((line) => line.includes("Data folder"))).toMatch(
    /^✗ Data folder {6}\S+ can't be written \(EACCES\)/,
  );
  expect(code).toBe(1);
});

it("stops at settings that are wrong", async () => {
  const { code, lines } = await examined({ PORT: "many" });
  expect({ code, lines }).toEqual({
    code: 1,
    lines: ["✗ Settings         Wrong settings. PORT: it must be a number from 0 to 65535."],
  });
});

it("does without the credentials of Looker's API", async () => {
  const {
    LOOKERSDK_BASE_URL: _url,
    LOOKERSDK_CLIENT_ID: _id,
    LOOKERSDK_CLIENT_SECRET: _secret,
    ...rest
  } = variables;
  variables = rest;
  const { code, lines } = await examined();
  expect(lines.at(-1)).toBe(
    "– Looker           not asked: LOOKERSDK_BASE_URL, LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET are not set",
  );
  expect(code).toBe(0);
});

it("needs no lock: a hub may be using the data folder", async () => {
  const { DATA_DIR = "" } = variables;
  const hub = await HubProcess.start({ DATA_DIR, HEAP_API_URL: heap.url }).whenReady();
  try {
    const { lines } = await examined({ ACTION_HUB_BASE_URL: hub.url });
    expect(lines).toContain("✓ Data folder      FOLDER can be written");
    expect(lines).toContain(`✓ Base URL         ${hub.url} is this hub`);
  } finally {
    await hub.kill();
  }
});

it("names a variable that is nearly a setting", async () => {
  const { code, lines } = await examined({ LOOKER_ALOWED_ORIGINS: "https://other.example.com" });
  expect(lines[0]).toBe(
    "✗ Settings         LOOKER_ALOWED_ORIGINS is no setting and has no effect: is LOOKER_ALLOWED_ORIGINS meant?",
  );
  expect(code).toBe(1);
});
