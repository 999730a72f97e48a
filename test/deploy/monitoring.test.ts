/** The dashboard, the alerts and the operator's page are about metrics that there are, and each alert says what to do. */

import { type MainJob, startMainJob } from "../helpers/main-job";
import { readText, readYaml, sectionsOf } from "../helpers/repository";

interface Rule {
  alert: string;
  expr: string;
  labels: { severity?: string };
  annotations: { summary?: string; description?: string; runbook?: string };
}

const ALERTS: { groups: { rules: Rule[] }[] } = readYaml("deploy/prometheus-alerts.yaml").toJS();
const RULES = ALERTS.groups.flatMap(({ rules }) => rules);
const DASHBOARD = readText("deploy/grafana-dashboard.json");
const PAGE = readText("docs/operations.md");

let job: MainJob;
/** As `/metrics` names them. */
let names: Set<string>;

beforeAll(async () => {
  job = await startMainJob();
  const text = await (await fetch(`${job.hub.url}/metrics`)).text();
  names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ""));
});

afterAll(() => job.close());

/** The metrics that a text names; the series of a histogram stand for it. */
function metricsIn(text: string): string[] {
  const found = text.match(/\b(looker_heap|nodejs|process)_[a-z0-9_]+/g) ?? [];
  return [...new Set(found.map((name) => name.replace(/_(bucket|sum|count)$/, "")))];
}

describe.each(RULES.map((rule) => [rule.alert, rule] as const))("the alert %s", (name, rule) => {
  it("is about metrics that there are", () => {
    const used = metricsIn(rule.expr);
    expect(used).not.toEqual([]);
    for (const metric of used) expect(names).toContain(metric);
  });

  it("says what happened, and has its section in the operator's page", () => {
    const { summary, description, runbook } = rule.annotations;
    expect(summary).toBeTruthy();
    expect(description).toMatch(/\.$/);
    expect(["warning", "critical"]).toContain(rule.labels.severity);
    const [, anchor] = /^docs\/operations\.md#(.+)$/.exec(runbook ?? "") ?? [];
    expect(sectionsOf("docs/operations.md")).toContain(anchor);
    expect(PAGE).toContain(`\`${name}\``);
  });
});

it("there is an alert for each thing that an operator has to be woken for", () => {
  expect(RULES.map(({ alert }) => alert)).toEqual(
    expect.arrayContaining([
      "LookerHeapHubDown",
      "LookerHeapOldestBatchTooOld",
      "LookerHeapRejectsRising",
      "LookerHeapEnvironmentDown",
      "LookerHeapEnvironmentParked",
      "LookerHeapDiskNearlyFull",
      "LookerHeapLateFailure",
      "LookerHeapNoticesNotSent",
    ]),
  );
});

it("the dashboard is about metrics that there are", () => {
  const used = metricsIn(DASHBOARD);
  expect(used.length).toBeGreaterThan(20);
  for (const metric of used) expect(names).toContain(metric);
});

it("the dashboard leaves out none of the hub's own", () => {
  const shown = metricsIn(DASHBOARD);
  for (const name of [...names].filter((each) => each.startsWith("looker_heap_"))) {
    expect(shown).toContain(name);
  }
});

it("the dashboard's panels have places of their own and numbers of their own", () => {
  const { panels }: { panels: { id: number; gridPos: { x: number; y: number } }[] } = JSON.parse(DASHBOARD);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos }) => `${gridPos.x} ${gridPos.y}`)).size).toBe(panels.length);
});

it("the operator's page has every metric of the hub's, and no other", () => {
  const rows = [...PAGE.matchAll(/^\| `(looker_heap_[a-z_]+)` \| (\w+) \|/gm)].map(([, name]) => name);
  const own = [...names].filter((name) => name.startsWith("looker_heap_"));
  expect([...rows].sort()).toEqual(own.sort());
});
