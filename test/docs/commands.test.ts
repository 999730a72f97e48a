/** Every command in the README and in docs/ does what the page says, with the stand-ins at both ends. */

import { type ApiUser, expectedUsers, generateResult } from "../../stand-ins/looker";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { NOT_RUN } from "../helpers/not-run";
import { filesIn } from "../helpers/repository";
import { TOKEN } from "../helpers/running-hub";
import { makeClone, runShell, shellBlocks } from "../helpers/shell-blocks";
import { tempFolders } from "../helpers/temp-folders";

const PAGES = ["README.md", ...filesIn("docs").filter((file) => file.endsWith(".md"))];
const BLOCKS = PAGES.flatMap(shellBlocks);
const ADMIN = "admin-token";
const ROWS = { rows: 20 };

const newFolder = tempFolders();
let job: MainJob;
let apiKey: ApiUser;

beforeAll(async () => {
  job = await startMainJob({ ADMIN_TOKENS: ADMIN });
  const { instance } = job.looker;
  apiKey = instance.addUser("Ada Admin");
  instance.addLook(
    "Shop users",
    instance.addQuery(() => generateResult(ROWS)),
    "12",
  );
  const [refused] = [...expectedUsers(ROWS).keys()];
  job.heap.faults = { refuse: ({ identity }) => (identity === refused ? 400 : undefined) };
  await job.execute({ downloadUrl: job.looker.offer(generateResult(ROWS)) });
  job.heap.faults = {};
});

afterAll(() => job.close());

/** What a reader puts in place of the pages' examples. */
function filledIn(commands: string, folder: string): string {
  const places: Record<string, string> = {
    "https://example.cloud.looker.com": job.looker.url,
    "https://heap-hub.example.com": job.hub.url,
    "http://localhost:8080": job.hub.url,
    "ADMIN TOKEN": ADMIN,
    "HUB TOKEN": TOKEN,
    "API KEY ID": apiKey.clientId,
    "API KEY SECRET": apiKey.clientSecret,
    DELIVERY: job.hub.deliveries[0] ?? "",
    // As root on a machine of one's own; here below the test's folder.
    " /opt/": ` ${folder}/opt/`,
    " /etc/": ` ${folder}/etc/`,
  };
  return Object.entries(places).reduce((text, [example, own]) => text.replaceAll(example, own), commands);
}

async function enter(commands: string) {
  const folder = newFolder();
  makeClone(folder, { "result.json": [...generateResult(ROWS)].join("") });
  const variables = { PORT: "0", HEAP_API_URL: job.heap.url };
  return runShell(filledIn(commands, folder), folder, variables, Object.keys(NOT_RUN));
}

it("finds the commands", () => {
  expect(BLOCKS.length).toBeGreaterThan(8);
});

it.each(BLOCKS)("works: $place", async ({ commands }) => {
  const { code, output, asked } = await enter(commands);
  expect({ code, output }).toMatchObject({ code: 0 });
  for (const [program = "", ...words] of asked) {
    expect([program, words, NOT_RUN[program]?.problem(words)]).toEqual([program, words, ""]);
  }
  // No example is left where a reader's own value belongs, and no answer of the hub is an error.
  expect(output).not.toMatch(/example\.com|"error":/);
});

it("what was rejected has been sent again by the command for it", () => {
  expect(job.heap.users(ENVIRONMENT)).toEqual(expectedUsers(ROWS));
});

it("the quick start's demo runs", async () => {
  const { code, output } = await enter("node dist/main.js demo --rows 300");
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("Heap now holds") });
});

it("a command that fails is noticed", async () => {
  expect((await enter("false\ntrue")).code).toBe(1);
  expect(NOT_RUN["npm"]?.problem(["run", "dem"])).not.toBe("");
});
