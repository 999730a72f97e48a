/** deploy/kubernetes/ and deploy/kubernetes-fleet/: what Kubernetes would take, and what fits the hub. */

import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Document } from "yaml";
import { readConfig } from "../../src/config";
import { environmentOf, readStages } from "../helpers/dockerfile";
import { filesIn, ROOT, readYaml } from "../helpers/repository";
import { type RunningHub, startHub } from "../helpers/running-hub";
import { tempFolders } from "../helpers/temp-folders";

const FOLDER = "deploy/kubernetes";
const FLEET = "deploy/kubernetes-fleet";
const RESOURCES = resourcesIn(FOLDER);
const POD = ["spec", "template", "spec"];
const HUB = [...POD, "containers", 0];

const statefulSet = readYaml(`${FOLDER}/stateful-set.yaml`);
const image = environmentOf(readStages().at(-1) ?? []);
const newFolder = tempFolders();

function resourcesIn(folder: string): string[] {
  return filesIn(folder).filter((file) => !file.endsWith("kustomization.yaml"));
}

/** A part of a document as plain data. */
function at(document: Document, ...place: (string | number)[]): unknown {
  const found: unknown = place.reduce<unknown>(
    (parent, key) => (isContainer(parent) ? parent[key] : undefined),
    document.toJS(),
  );
  return found;
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

/** What the compiler has to say about resources, which it knows the fields of; empty: nothing. */
function complaints(resources: readonly unknown[]): string {
  const folder = newFolder();
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  const types = path.join(ROOT, "test/helpers/kubernetes-resource");
  const lines = resources.map((resource) => `check(${JSON.stringify(resource)});`);
  writeFileSync(
    path.join(folder, "resources.ts"),
    [
      `import type { KubernetesResource } from ${JSON.stringify(types)};`,
      "declare function check(resource: Required<Pick<KubernetesResource, 'apiVersion' | 'kind'>> & KubernetesResource): void;",
      ...lines,
    ].join("\n"),
  );
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--types", "", "resources.ts"];
  return spawnSync("node_modules/.bin/tsc", options, { cwd: folder, encoding: "utf8" }).stdout;
}

it("has only fields that Kubernetes knows, with values of their kind", () => {
  expect(complaints([...RESOURCES, ...resourcesIn(FLEET)].map((file) => readYaml(file).toJS()))).toBe("");
});

it("would have no other", () => {
  const wrong: [(string | number)[], unknown][] = [
    [[...HUB, "livenesProbe"], {}],
    [[...POD, "terminationGracePeriodSeconds"], "330s"],
    [["kind"], "StatefulSets"],
  ];
  const found = complaints(
    wrong.map(([place, value]) => {
      const resource = statefulSet.clone();
      resource.setIn(place, value);
      return resource.toJS();
    }),
  );
  for (const line of [3, 4, 5]) expect(found).toMatch(new RegExp(`^resources\\.ts[:(]${line}\\b`, "m"));
});

it.each([FOLDER, FLEET])("%s is put together of every file in the folder", (folder) => {
  expect(at(readYaml(`${folder}/kustomization.yaml`), "resources")).toEqual(
    expect.arrayContaining(resourcesIn(folder).map((file) => path.basename(file))),
  );
});

it.each([FOLDER, FLEET])("%s sets the hub up with settings that it takes", (folder) => {
  const settings = at(readYaml(`${folder}/kustomization.yaml`), "configMapGenerator", 0, "literals");
  const pairs = Array.isArray(settings) ? settings.map((pair) => String(pair).split(/=(.*)/)) : [];
  expect(pairs.length).toBeGreaterThan(0);
  expect(() => readConfig(Object.fromEntries(pairs))).not.toThrow();
});

it("finds the pod by its labels, from the set, the service and the network policy", () => {
  const labels = at(statefulSet, "spec", "template", "metadata", "labels");
  expect(at(statefulSet, "spec", "selector", "matchLabels")).toEqual(labels);
  expect(at(readYaml(`${FOLDER}/service.yaml`), "spec", "selector")).toEqual(labels);
  expect(at(readYaml(`${FOLDER}/network-policy.yaml`), "spec", "podSelector", "matchLabels")).toEqual(labels);
});

it("runs one hub, as the image's user, with the volume where the image keeps its data", () => {
  expect(at(statefulSet, "spec", "replicas")).toBe(1);
  expect(at(statefulSet, ...POD, "securityContext")).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
  expect(at(statefulSet, ...HUB, "volumeMounts")).toContainEqual({
    name: "data",
    mountPath: image["DATA_DIR"],
  });
  expect(at(statefulSet, "spec", "volumeClaimTemplates", 0, "metadata")).toEqual({ name: "data" });
});

it("runs several hubs on a database, of which one at a time may be away", () => {
  const deployment = readYaml(`${FLEET}/deployment.yaml`);
  const labels = at(deployment, "spec", "template", "metadata", "labels");
  expect(at(deployment, "spec", "replicas")).toBeGreaterThan(1);
  expect(at(deployment, "spec", "selector", "matchLabels")).toEqual(labels);
  expect(at(deployment, ...HUB, "env")).toContainEqual({
    name: "DATABASE_URL_FILE",
    value: "/secrets/database-url",
  });
  const budget = readYaml(`${FLEET}/pod-disruption-budget.yaml`);
  expect(at(budget, "spec", "selector", "matchLabels")).toEqual(labels);
  expect(at(budget, "spec", "maxUnavailable")).toBe(1);
  const [egress] = [at(readYaml(`${FLEET}/network-policy.yaml`), "spec", "egress", 1, "ports")];
  expect(egress).toContainEqual({ protocol: "TCP", port: 5432 });
});

it("has room in the volume for a full outbox", () => {
  const claim = at(
    statefulSet,
    "spec",
    "volumeClaimTemplates",
    0,
    "spec",
    "resources",
    "requests",
    "storage",
  );
  const [, gibibytes] = /^(\d+)Gi$/.exec(String(claim)) ?? [];
  expect(Number(gibibytes) * 2 ** 30).toBeGreaterThan(readConfig({}).outboxMaxBytes * 2);
});

describe("a probe", () => {
  let hub: RunningHub;
  afterEach(async () => hub.close());

  it("asks for a path that a hub answers with 200, also while it takes nothing new", async () => {
    hub = await startHub({ OUTBOX_MAX_BYTES: "0" });
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(503);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      const request = at(statefulSet, ...HUB, probe, "httpGet");
      expect(request).toMatchObject({ port: "http", path: expect.any(String) });
      const { path: asked } = isContainer(request) ? request : { path: "" };
      expect((await fetch(`${hub.url}${String(asked)}`)).status).toBe(200);
    }
    expect(at(statefulSet, ...HUB, "ports")).toEqual([
      { name: "http", containerPort: Number(image["PORT"]) },
    ]);
  });
});
