/** Whatever runs the hub gives it the time it takes to stop, with the settings as they are by default. */

import { readConfig } from "../../src/config";
import { readText } from "../helpers/repository";

/** To read on, to end what is under way to Heap, and a while to close. */
const { shutdownGraceMs, heapTimeoutMs } = readConfig({});
const NEEDED_SECONDS = (shutdownGraceMs + heapTimeoutMs) / 1000 + 5;

it.each([
  ["compose.yaml", /stop_grace_period: (\d+)s$/m],
  ["deploy/compose-fleet.yaml", /stop_grace_period: (\d+)s$/m],
  ["deploy/kubernetes/stateful-set.yaml", /terminationGracePeriodSeconds: (\d+)$/m],
  ["deploy/kubernetes-fleet/deployment.yaml", /terminationGracePeriodSeconds: (\d+)$/m],
  ["deploy/looker-heap-action-hub.service", /^TimeoutStopSec=(\d+)$/m],
])("%s does", (file, pattern) => {
  const [, seconds] = pattern.exec(readText(file)) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(NEEDED_SECONDS);
});
