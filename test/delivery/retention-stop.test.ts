/** A hub that stops while it deletes what is past its retention ends. */

import { Deliveries } from "../../src/delivery";
import { createLog } from "../../src/log";
import { outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

it("leaves no timer behind when it stops while the outbox deletes", async () => {
  const { outbox, clock } = open(newFolder());
  const deliveries = new Deliveries({
    outbox,
    client: { send: async () => ({ kind: "withheld" }) },
    maxConcurrent: 1,
    settleMs: 0,
    timeoutMs: 1000,
    retentionMs: 1_000_000,
    clock,
    log: createLog("silent"),
    observe: () => undefined,
  });
  const forgetting = deliveries.forgetFinished();
  await deliveries.stop();
  await forgetting;
  expect(clock.waiting).toBe(0);
});
