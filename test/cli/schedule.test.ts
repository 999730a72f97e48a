/** `schedule` as it is run: what it prints, and the sentences for wrong options. */

import { generateResult } from "../../stand-ins/looker";
import { type Administered, startAdministered } from "../helpers/administered";
import { runCommand } from "../helpers/run-command";

const WHEN = ["--cron", "0 6 * * *"];
const WHERE = ["--env-id", "123", "--heap-field", "Users Email"];

describe("with a hub that is registered", () => {
  let world: Administered;

  beforeEach(async () => {
    world = await startAdministered();
    const query = world.looker.instance.addQuery(() => generateResult({ rows: 3 }));
    world.looker.instance.addLook("Shop users", query, "12");
    await world.register();
  });

  afterEach(async () => world.close());

  it("makes the schedule and runs it, and ends with 0", async () => {
    const args = ["schedule", "--look", "12", ...WHEN, ...WHERE, "--run-now", "--dry-run"];
    const { code, output, errors } = await runCommand(args, world.variables);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toMatchInlineSnapshot(`
"✓ Schedule         made "Shop users to Heap 123" (id 4), 0 6 * * *.
✓ Run              Looker runs "Shop users to Heap 123" now; its result shows under Admin › Schedule History.
"
`);
    await world.looker.scheduler.idle();
    expect(world.looker.instance.jobs).toMatchObject([{ status: "success" }]);
  });
});

describe("ends with 2 and says what is wrong", () => {
  const VARIABLES = {
    ACTION_HUB_BASE_URL: "http://127.0.0.1:9",
    LOOKERSDK_BASE_URL: "http://127.0.0.1:9",
    LOOKERSDK_CLIENT_ID: "id",
    LOOKERSDK_CLIENT_SECRET: "secret",
  };

  it.each([
    [["--look", "12", "--query", "1", ...WHEN, ...WHERE], "Give one of --look and --query, with its ID."],
    [["--look", "12", ...WHERE], 'Give --cron, such as "0 6 * * *", or --run-now, or both.'],
    [
      ["--look", "12", "--cron", "daily", ...WHERE],
      'Wrong schedule: "daily" is not a crontab, such as "0 6 * * *" for six o\'clock every morning.',
    ],
    [
      ["--look", "12", ...WHEN, "--env-id", "production"],
      'A Heap environment ID is digits only, and "production" is not.',
    ],
    [
      ["--look", "12", ...WHEN, ...WHERE],
      "Looker can't be reached (ECONNREFUSED). Check LOOKERSDK_BASE_URL, and that this machine reaches it.",
    ],
  ])("%j", async (args, sentence) => {
    const { code, errors } = await runCommand(["schedule", ...args], VARIABLES);
    expect({ code, errors }).toEqual({ code: 2, errors: `Error: ${sentence}\n` });
  });
});
