/** When a delivery is over. */

import { deliveryIn } from "../helpers/delivery-in";
import { outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";
import { updateOf } from "../helpers/updates";

const newFolder = tempFolders();
const open = outboxes();

it("is not over while its last rows are being stored, though all before them are through", async () => {
  const opened = open(newFolder());
  const { clock } = opened;
  let isOver = false;
  const onFinished = () => {
    isOver = true;
  };
  const delivery = await deliveryIn(opened, { onFinished });
  delivery.collector.update(updateOf({ identity: "user.1", properties: { a: 1 } }));
  clock.advance(2000);
  await delivery.checkpoint();
  delivery.collector.update(updateOf({ identity: "user.2", properties: { a: 1 } }));
  const ended = delivery.readingEnded({ truncated: false, messages: [] });
  delivery.sent(1);
  delivery.batchFinished();
  await ended;
  expect(isOver).toBe(false);
  delivery.sent(1);
  delivery.batchFinished();
  expect(isOver).toBe(true);
});

it("is settled as soon as it is over: nobody waits for the disk to hear of it", async () => {
  const opened = open(newFolder());
  const { outbox, clock } = opened;
  let finished = Promise.resolve();
  const onFinished = () => {
    finished = outbox.finish("d", delivery.report.reading, clock.now());
  };
  const delivery = await deliveryIn(opened, { onFinished });
  await delivery.readingEnded({ truncated: false, messages: [] });
  await delivery.settled;
  expect(await outbox.unfinished()).toHaveLength(1);
  await finished;
  expect(await outbox.unfinished()).toHaveLength(0);
});
