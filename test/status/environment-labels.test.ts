/** However many environments people enter, the number of series stays bounded. */

import { EnvironmentLabels } from "../../src/status/environment-labels";

const label = (labels: EnvironmentLabels, id: string) => labels.of({ id, host: "http://heap" });

it("is the environment's id", () => {
  expect(label(new EnvironmentLabels(), "1234567890")).toBe("1234567890");
});

it("is `other` beyond the first fifty, which keep theirs", () => {
  const labels = new EnvironmentLabels();
  for (let id = 0; id < 50; id++) expect(label(labels, String(id))).toBe(String(id));
  expect(label(labels, "50")).toBe("other");
  expect(label(labels, "49")).toBe("49");
});

it("is `other` for what is too long for an id", () => {
  expect(label(new EnvironmentLabels(), "1".repeat(21))).toBe("other");
});
