/** `send` and `demo` as they are run by a script: what is on standard output, and how they end. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { runCommand } from "../helpers/run-command";
import { tempFolders } from "../helpers/temp-folders";

const ROWS = { rows: 20 };
const newFolder = tempFolders();

let heap: StandInHeap;
let folder: string;

beforeEach(async () => {
  heap = await startStandInHeap();
  folder = newFolder();
  writeFileSync(path.join(folder, "result.json"), [...generateResult(ROWS)].join(""));
});

afterEach(() => heap.close());

function send(file: string, ...options: string[]) {
  return runCommand(
    ["send", path.join(folder, file), "--env-id", "123", "--heap-field", "users.email", ...options],
    { DATA_DIR: path.join(folder, "data"), HEAP_API_URL: heap.url },
  );
}

it("prints the reply and the counts as one JSON object, and nothing beside it", async () => {
  const { code, output, errors } = await send("result.json", "--json");
  expect(code).toBe(0);
  expect(errors).toBe("");
  expect(JSON.parse(output)).toMatchObject({
    success: true,
    message:
      "Sent 20 users to Heap environment 123. This hub has not sent to Heap environment 123 before, and Heap accepts any " +
      "number: check that the users show up there.",
    rows: 20,
    sent: 20,
    rejected: 0,
    waiting: 0,
  });
  expect(heap.users("123")).toEqual(expectedUsers(ROWS));
});

it("ends with 1 when the delivery failed", async () => {
  heap.faults = { refuse: () => 400 };
  const { code, output } = await send("result.json", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(output)).toMatchObject({ success: false, sent: 0, rejected: 20 });
});

it.each([
  ["a file that is not there", () => send("none.json")],
  ["an option that is not known", () => send("result.json", "--colour")],
  ["a value that is wrong", () => send("result.json", "--sync", "some")],
  ["a column that is not there", () => send("result.json", "--heap-field", "shoe size")],
  ["an action that there is not", () => send("result.json", "--action", "heap_shoes")],
  ["an option of another action", () => send("result.json", "--event", "Signed Up")],
  ["a number that is none", () => runCommand(["demo", "--rows", "many"], {})],
])("ends with 2 for %s, says so, and prints nothing", async (_what, run) => {
  const { code, output, errors } = await run();
  expect(code).toBe(2);
  expect(output).toBe("");
  expect(errors).toMatch(/error/i);
});

it("sends the rows as events, when that is asked for", async () => {
  const options = ["--action", "heap_events", "--event", "Signed Up", "--time-field", "Users Signup Date"];
  const { code, output } = await send("result.json", ...options);
  expect([code, output]).toEqual([0, expect.stringMatching(/^Sent 20 events to Heap environment 123\./)]);
  expect(heap.events("123")).toHaveLength(20);
  expect(heap.users("123").size).toBe(0);
});

it("draws no bar where there is no terminal", async () => {
  expect((await send("result.json")).errors).toBe("");
});

it("demo prints what came of it as one JSON object", async () => {
  const { code, output } = await runCommand(["demo", "--rows", "50", "--json"], {});
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ success: true, rows: 50, users: 50, events: 5, violations: [] });
});

it.each(["serve", "demo", "send", "register", "schedule", "doctor"])(
  "%s has examples in its help",
  async (command) => {
    const { code, output } = await runCommand([command, "--help"], {});
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`Examples:\n +node dist/main.js ${command}`));
  },
);
