/** A result is read only as long as it may be. */

import { Delivery } from "../src/delivery/delivery";
import { Downloader } from "../src/looker";
import { read } from "../src/reading";
import { Shutdown } from "../src/shutdown";
import { outboxes } from "./helpers/open-outbox";
import { storedDelivery } from "./helpers/stored-delivery";
import { tempFolders } from "./helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

it("ends at once when the time for reading was over before it began, also where all of it is there", async () => {
  const { outbox, clock, log } = open(newFolder());
  const shutdown = new Shutdown(clock, 0);
  void shutdown.start();
  clock.advance(1);
  expect(shutdown.cut.aborted).toBe(true);
  const stored = storedDelivery("d");
  await outbox.begin(stored);
  const delivery = new Delivery(stored, {
    outbox,
    clock,
    rejectsTolerated: 0,
    onStored: () => undefined,
    onFinished: () => undefined,
  });
  const downloader = new Downloader({ allowedOrigins: [], connectTimeoutMs: 1000, silenceTimeoutMs: 1000 });
  const form = {
    environmentId: "123",
    propertyType: "user",
    heapField: "",
    propertyNames: "label",
    sync: "all",
    longValues: "truncate",
    dryRun: false,
  } as const;
  const request = { form, hiddenFields: [], result: { pieces: [Buffer.from("{")] }, origin: {} };
  const options = { downloader, shutdown, log };
  await read(delivery, request, options as unknown as Parameters<typeof read>[2]);
  expect(delivery.report.reading.end?.problem).toBe("the action hub was stopped while it was reading");
});
