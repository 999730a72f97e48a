/** What `/metrics` says of the hub's state is true whenever it is asked. */

import { Registry } from "prom-client";
import { EnvironmentLabels } from "../../src/status/environment-labels";
import { showState } from "../../src/status/state-metrics";

it("says that nothing waits, and for no time, while the clock goes on", async () => {
  const registry = new Registry();
  let time = 1000;
  showState(registry, new EnvironmentLabels(), {
    waiting: () => [
      { environment: { id: "7", host: "http://heap" }, batches: 0, bytes: 0, oldestAt: time++ },
    ],
    outboxMaxBytes: 1,
    disk: async () => undefined,
    isReady: () => true,
    now: () => time++,
  });
  expect(await registry.getSingleMetricAsString("looker_heap_outbox_oldest_batch_age_seconds")).toMatch(
    /\{environment="7"\} 0$/,
  );
});
