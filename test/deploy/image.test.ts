/** The image, as far as it goes without a container engine: its files, its build and its commands. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { commandOf, copiedFiles, environmentOf, readStages } from "../helpers/dockerfile";
import { HubProcess } from "../helpers/hub-process";
import { ROOT, readText } from "../helpers/repository";
import { tempFolders } from "../helpers/temp-folders";

const stages = readStages();
const image = stages.at(-1) ?? [];
const newFolder = tempFolders();
const running: HubProcess[] = [];
afterEach(async () => {
  for (const hub of running.splice(0)) await hub.kill();
});

function instruction(name: string): string {
  return image.find((each) => each.name === name)?.text ?? "";
}

it("is made of files that exist, and that .dockerignore lets through", () => {
  const allowed = readText(".dockerignore").split("\n");
  const copied = stages.flatMap(copiedFiles);
  expect(copied).toContain("src");
  for (const file of copied) {
    expect(existsSync(path.join(ROOT, file))).toBe(true);
    expect(allowed).toContain(`!${file}`);
  }
});

it("starts from Node.js 24, and needs no compiler where it installs packages", () => {
  expect(readText("Dockerfile")).toMatch(/^ARG BASE=node:24-bookworm-slim$/m);
  const [packages = []] = stages;
  expect(copiedFiles(packages)).toEqual([".npmrc", "package.json", "package-lock.json"]);
  expect(stages.flat().filter(({ name, text }) => name === "RUN" && /apt|node-gyp|g\+\+/.test(text))).toEqual(
    [],
  );
});

it("runs as a user that Kubernetes can tell is not root", () => {
  expect(instruction("USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

it("keeps its data in the volume, and listens at the port that it names", () => {
  expect(environmentOf(image)).toMatchObject({
    DATA_DIR: instruction("VOLUME"),
    PORT: instruction("EXPOSE"),
  });
});

/** Does what the stages do that build, with the packages of this folder: a copy that has only what they copy. */
function buildImage(): string {
  const build = newFolder();
  const final = newFolder();
  for (const file of new Set(stages.slice(0, -1).flatMap(copiedFiles))) {
    cpSync(path.join(ROOT, file), path.join(build, file), { recursive: true });
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(build, "node_modules"));
  const runs = stages.flat().filter(({ name, text }) => name === "RUN" && text.startsWith("npm run "));
  expect(runs.map(({ text }) => text)).toEqual(["npm run build"]);
  execFileSync("npm", ["run", "--silent", "build"], { cwd: build });
  cpSync(path.join(build, "dist"), path.join(final, "dist"), { recursive: true });
  for (const file of copiedFiles(image)) cpSync(path.join(ROOT, file), path.join(final, file));
  for (const name of packagesToRun()) {
    const link = path.join(final, name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(ROOT, name), link);
  }
  return final;
}

/** What `npm ci --omit=dev` installs. */
function packagesToRun(): string[] {
  const { packages }: { packages: Record<string, { dev?: boolean; optional?: boolean }> } = JSON.parse(
    readFileSync(path.join(ROOT, "package-lock.json"), "utf8"),
  );
  return Object.entries(packages)
    .filter(([name, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(name) && !dev)
    .map(([name]) => name)
    .filter((name) => existsSync(path.join(ROOT, name)));
}

it("starts with what is in it, is found healthy while it runs, and ends when it is told to", async () => {
  const folder = buildImage();
  const [program, ...words] = commandOf(instruction("CMD"));
  expect(program).toBe("node");
  const hub = HubProcess.start({ DATA_DIR: newFolder() }, words, folder);
  running.push(hub);
  await hub.whenReady();

  const [checker, ...check] = commandOf(instruction("HEALTHCHECK"));
  expect(checker).toBe("node");
  const health = () => spawnSync(process.execPath, check, { env: { PORT: new URL(hub.url).port } }).status;
  expect(health()).toBe(0);
  expect(instruction("STOPSIGNAL")).toBe("SIGTERM");
  hub.signal("SIGTERM");
  expect(await hub.exit).toEqual({ code: 0, errors: "" });
  expect(health()).toBe(1);
});
