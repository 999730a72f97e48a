/** Every setting is documented, with the default it has, and no page names a setting that there is not. */

import { readConfig } from "../../src/config";
import { filesIn, readText } from "../helpers/repository";

const code = readText("src/config.ts") + readText("src/limit-settings.ts");
const NAMES = [...code.matchAll(/^ {2,6}([A-Z][A-Z0-9_]*): \w+\(\{/gm)].map(([, name = ""]) => name);
const [, secrets = ""] = /^const SECRETS = \[([^\]]*)\]/m.exec(code) ?? [];
const FILE_NAMES = [...secrets.matchAll(/"([A-Z_]+)"/g)].map(([, name = ""]) => `${name}_FILE`);
const SETTINGS = [...NAMES, ...FILE_NAMES].sort();

/** Names of others, and what looks like a name and is none. */
const NOT_OURS = [
  "TEST_DATABASE_URL",
  "FAULT_SEEDS",
  "FUZZ_SECONDS",
  "FUZZ_SEED",
  "NODE_ENV",
  "NODE_EXTRA_CA_CERTS",
  "MODULE_NOT_FOUND",
  "PGSSLMODE",
  "POSTGRES_DB",
  "POSTGRES_PASSWORD_FILE",
  "POSTGRES_USER",
  "SQLITE_CORRUPT",
];

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...filesIn("docs").filter((file) => file.endsWith(".md")),
];
const DEPLOYMENT = ["Dockerfile", "compose.yaml", ...filesIn("deploy")];

function namesIn(text: string): string[] {
  return text.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g) ?? [];
}

it("finds the settings in the code", () => {
  expect(SETTINGS).toEqual(expect.arrayContaining(["PORT", "DATA_DIR", "ADMIN_TOKENS_FILE"]));
});

it(".env.example lists every setting, and no other", () => {
  const listed = [...readText(".env.example").matchAll(/^#([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(SETTINGS);
});

it("docs/settings.md explains every setting, and no other", () => {
  const explained = [...readText("docs/settings.md").matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(explained.sort()).toEqual(SETTINGS);
});

it.each(["docs/settings.md", "README.md"])("%s has the defaults that the code has", (file) => {
  const rows = [...readText(file).matchAll(/^\| `([A-Z0-9_]+)` \| `([^`]+)` \|/gm)];
  expect(rows.length).toBeGreaterThan(0);
  for (const [, name = "", value = ""] of rows) {
    expect([name, readConfig({ [name]: value })]).toEqual([name, readConfig({})]);
  }
});

it(".env.example has the defaults that the code has", () => {
  const lines = [...readText(".env.example").matchAll(/^#([A-Z0-9_]+)=(.+)$/gm)];
  for (const [, name = "", value = ""] of lines.filter(([, name]) => name !== "ACTION_HUB_LABEL")) {
    expect([name, readConfig({ [name]: value })]).toEqual([name, readConfig({})]);
  }
});

it.each([...PAGES, ...DEPLOYMENT.filter((file) => !file.endsWith(".service"))])(
  "%s names only settings that there are",
  (file) => {
    const known = [...SETTINGS, ...NOT_OURS];
    expect(namesIn(readText(file)).filter((name) => !known.includes(name))).toEqual([]);
  },
);

it("the systemd unit sets only settings that there are", () => {
  const [, variables = ""] =
    /^Environment=(.*)$/m.exec(readText("deploy/looker-heap-action-hub.service")) ?? [];
  const names = variables.split(" ").map((pair) => pair.split("=")[0]);
  expect(names.filter((name) => ![...SETTINGS, ...NOT_OURS].includes(name ?? ""))).toEqual([]);
});
