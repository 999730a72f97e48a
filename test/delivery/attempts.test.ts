/** A result is read only as long as it may be. */

import { Deliveries } from "../../src/delivery";
import { attempt } from "../../src/delivery/attempts";
import { Downloader } from "../../src/looker";
import { NO_VISUALIZATION } from "../../src/mapping";
import { Shutdown } from "../../src/shutdown";
import { outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

it("ends at once when the time for reading was over before it began, also where all of it is there", async () => {
  const { outbox, clock, log } = open(newFolder());
  const shutdown = new Shutdown(clock, 0);
  void shutdown.start();
  clock.advance(1);
  expect(shutdown.cut.aborted).toBe(true);
  const observe = () => undefined;
  const deliveries = new Deliveries({
    outbox,
    client: { send: async () => ({ kind: "withheld" }) },
    maxConcurrent: 1,
    settleMs: 0,
    timeoutMs: 1000,
    retentionMs: 1_000_000,
    clock,
    log,
    observe,
  });
  const downloader = new Downloader({
    allowedOrigins: [],
    connectTimeoutMs: 1000,
    silenceTimeoutMs: 1000,
    maxBytes: 1000,
    maxCompression: 10,
  });
  const form = { env_id: "123", property_type: "user" };
  const request = {
    action: "heap",
    form,
    visualization: NO_VISUALIZATION,
    result: { pieces: [Buffer.from("{")] },
    origin: {},
  };
  const { last } = await attempt(request, {
    ...{ deliveries, intake: outbox.intake, downloader, shutdown, log, observe, runAgain: undefined },
    maxValueLength: 255,
    documentLimits: { columns: 100, rowBytes: 100_000 },
    environmentOf: (id) => ({ id, host: "http://heap" }),
  });
  expect((await outbox.records.get(last))?.report.end?.problem).toBe(
    "the action hub was stopped while it was reading",
  );
  await deliveries.stop();
});
