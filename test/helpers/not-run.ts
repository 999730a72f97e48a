/**
 * The programs that the pages use and tests do not run, each with the reason, and what can be said of its words all
 * the same.
 */

import { parse } from "yaml";
import { filesIn, readText, readYaml } from "./repository";

interface NotRun {
  why: string;
  /** @returns what is wrong with the words that stand behind the program's name; empty: nothing */
  problem(words: readonly string[]): string;
}

const UNIT = "looker-heap-action-hub";

export const NOT_RUN: Readonly<Record<string, NotRun>> = {
  npm: { why: "it would install everything anew, or start these tests again", problem: npmProblem },
  docker: { why: "it needs a container engine", problem: dockerProblem },
  kubectl: { why: "it needs a cluster", problem: kubectlProblem },
  systemctl: { why: "it needs a running systemd", problem: systemctlProblem },
  journalctl: { why: "it needs a running systemd", problem: journalctlProblem },
};

function npmProblem([command = "", script = ""]: readonly string[]): string {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readText("package.json"));
  if (command === "ci" || command === "prune") return "";
  const name = command === "run" ? script : command;
  return scripts[name] === undefined ? `package.json has no script ${name}` : "";
}

/** Options that take a value, and those that stand alone. */
const DOCKER_RUN = {
  valued: ["-p", "-v", "-e", "--stop-timeout", "--tmpfs", "--cap-drop"],
  alone: ["--read-only"],
};
const COMPOSE_UP = ["--build", "--detach", "--wait"];

function dockerProblem([command = "", ...words]: readonly string[]): string {
  const { services }: { services: { hub: { image: string } } } = parse(readText("compose.yaml"));
  switch (command) {
    case "build":
      return words.join(" ") === `-t ${services.hub.image} .` ? "" : "it builds another image";
    case "compose": {
      const [up, ...options] = words;
      const unknown = options.filter((option) => !COMPOSE_UP.includes(option));
      return up === "up" && unknown.length === 0 ? "" : `options not known: ${unknown.join(" ")}`;
    }
    case "run":
      return dockerRunProblem(words, services.hub.image);
    default:
      return "not known";
  }
}

function dockerRunProblem(words: readonly string[], image: string): string {
  let at = 0;
  while (words[at]?.startsWith("-")) {
    const option = words[at] ?? "";
    if (DOCKER_RUN.valued.includes(option)) at += 2;
    else if (DOCKER_RUN.alone.includes(option)) at += 1;
    else return `option not known: ${option}`;
  }
  return words.slice(at).join(" ") === image ? "" : "it runs another image";
}

function kubectlProblem(words: readonly string[]): string {
  const namespace = readYaml("deploy/kubernetes/kustomization.yaml").get("namespace");
  const [verb, what, ...rest] = words;
  if (verb === "apply") {
    const file = what === "-k" ? `${rest[0]}/kustomization.yaml` : rest[0];
    return filesIn("deploy").includes(file ?? "") ? "" : "there is nothing to apply";
  }
  if (verb === "create" && what === "secret") return secretProblem(rest, namespace);
  return "not known";
}

function secretProblem([type, name, ...options]: readonly string[], namespace: unknown): string {
  const set = readText("deploy/kubernetes/stateful-set.yaml");
  if (type !== "generic" || !set.includes(`secretName: ${name} `)) return "not the secret that is mounted";
  if (options[0] !== "--namespace" || options[1] !== namespace) return "another namespace";
  const files = options.slice(2).map((option) => /^--from-literal=([^=]+)=.+$/.exec(option)?.[1]);
  const missing = files.filter((file) => file === undefined || !set.includes(`/secrets/${file} `));
  return missing.length === 0 && files.length === 2 ? "" : "not the files that the hub reads";
}

function systemctlProblem(words: readonly string[]): string {
  return ["daemon-reload", `enable --now ${UNIT}`].includes(words.join(" ")) ? unitProblem() : "not known";
}

function journalctlProblem(words: readonly string[]): string {
  return words.join(" ") === `-u ${UNIT}` ? unitProblem() : "not known";
}

function unitProblem(): string {
  return filesIn("deploy").includes(`deploy/${UNIT}.service`) ? "" : "there is no such unit";
}
