/** What sends, on a real outbox, in time that stands still until it is moved on: with a Heap that answers at once. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { ConstantBackoff } from "cockatiel";
import type { Answer, Environment } from "../../src/heap";
import { newLifetime } from "../../src/lifetime";
import type { HealthState } from "../../src/report";
import { Sending, type SendingOptions } from "../../src/sending";
import { append, newDelivery } from "./new-delivery";
import { type OpenedOutbox, outboxes } from "./open-outbox";
import { passTime } from "./simulated-timers";
import { tempFolders } from "./temp-folders";

/** Turns of the event loop after which nothing is left to do at one moment, however many requests go out. */
const SETTLED_TURNS = 400;

export interface SendingWorld extends OpenedOutbox {
  sending: Sending;
  /** What it answers; 0: nothing. */
  heap: { status: number };
  /** The environments of the requests that it has had. */
  sent: string[];
  health: HealthState[];
  /** A delivery of one row is read. @returns its id */
  put(environment: string, user: string): Promise<string>;
  cancel(delivery: string): Promise<void>;
  /** Time goes on. */
  pass(milliseconds: number): Promise<void>;
}

/** @returns a function that starts one, which stops when the test is over; to be called at the top of a test file */
export function sendingWorlds(): (more?: Partial<SendingOptions>, dataDir?: string) => Promise<SendingWorld> {
  const started: Sending[] = [];
  afterEach(async () => {
    for (const sending of started.splice(0)) {
      const stopped = sending.stop();
      jest.advanceTimersByTime(1000);
      await stopped;
    }
  });
  const open = outboxes();
  const newFolder = tempFolders();
  return async (more = {}, dataDir = newFolder()) => {
    const opened = open(dataDir);
    const { outbox, clock, log } = opened;
    const heap = { status: 200 };
    const sent: string[] = [];
    const health: HealthState[] = [];
    const nothing = () => undefined;
    const sending = new Sending({
      outbox,
      client: {
        async send({ environment }) {
          sent.push(environment.id);
          return answerOf(heap.status);
        },
      },
      maxConcurrent: 4,
      settleMs: 0,
      timeoutMs: 20_000,
      clock,
      log,
      backoff: new ConstantBackoff(100),
      events: {
        done: nothing,
        answered: nothing,
        heldUp: nothing,
        unsent: nothing,
      },
      ...more,
    });
    outbox.changes.listen("health", ({ state }) => health.push(state), newLifetime().signal);
    started.push(sending);
    let deliveries = 0;
    const turns = async () => {
      for (let turn = 0; turn < SETTLED_TURNS; turn++) {
        passTime();
        await nextTurn();
      }
    };
    return {
      ...opened,
      sending,
      heap,
      sent,
      health,
      async put(id, user) {
        const environment: Environment = { id, host: "http://heap" };
        const delivery = `d${++deliveries}`;
        const begun = newDelivery(delivery, {}, { environment });
        await outbox.intake.begin(begun);
        await append(outbox, begun, [{ identity: user, properties: { a: deliveries } }]);
        return delivery;
      },
      async cancel(delivery) {
        await outbox.records.cancel(delivery, clock.now());
      },
      async pass(milliseconds) {
        const end = clock.monotonic() + milliseconds;
        await turns();
        for (let { next } = clock; next !== undefined && next <= end; { next } = clock) {
          clock.advance(next - clock.monotonic());
          await turns();
        }
        clock.advance(end - clock.monotonic());
        await turns();
      },
    };
  };
}

function answerOf(status: number): Answer {
  if (status === 0) return { kind: "unanswered", cause: "ECONNRESET" };
  if (status === 404) return { kind: "unknown environment", status, text: "" };
  return { kind: "accepted", status };
}
