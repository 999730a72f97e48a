/** A result is read only as long as it may be. */

import { read } from "../../src/delivery/reading";
import { Downloader } from "../../src/looker";
import { Shutdown } from "../../src/shutdown";
import { deliveryIn } from "../helpers/delivery-in";
import { outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

it("ends at once when the time for reading was over before it began, also where all of it is there", async () => {
  const opened = open(newFolder());
  const { clock, log } = opened;
  const shutdown = new Shutdown(clock, 0);
  void shutdown.start();
  clock.advance(1);
  expect(shutdown.cut.aborted).toBe(true);
  const delivery = await deliveryIn(opened);
  const downloader = new Downloader({ allowedOrigins: [], connectTimeoutMs: 1000, silenceTimeoutMs: 1000 });
  const form = { env_id: "123", property_type: "user" };
  const request = {
    action: "heap",
    form,
    hiddenFields: [],
    result: { pieces: [Buffer.from("{")] },
    origin: {},
  };
  await read(delivery, request, { downloader, shutdown, log });
  expect(delivery.report.reading.end?.problem).toBe("the action hub was stopped while it was reading");
});
