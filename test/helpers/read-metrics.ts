/** What a hub tells Prometheus, read by a parser of its format. */

import parse, { type MetricFamily } from "parse-prometheus-text-format";

export class ReadMetrics {
  private constructor(readonly families: readonly MetricFamily[]) {}

  /** As Prometheus does it: without a token. */
  static async of(hub: { url: string }): Promise<ReadMetrics> {
    const response = await fetch(`${hub.url}/metrics`);
    if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
    return new ReadMetrics(parse(await response.text()));
  }

  /** Of a counter or a gauge, or how many a histogram has seen; undefined when there is no such series. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const family = this.families.find((each) => each.name === `looker_heap_${name}`);
    const sample = family?.metrics.find((each) => sameLabels(each.labels ?? {}, labels));
    const value = sample?.value ?? sample?.count;
    return value === undefined ? undefined : Number(value);
  }
}

function sameLabels(
  some: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(some);
  return names.length === Object.keys(others).length && names.every((name) => some[name] === others[name]);
}
