/** Environments come and go: what is kept for each, and for how long. */

import { sendingWorlds } from "../helpers/sending-world";
import { simulateTimers } from "../helpers/simulated-timers";

simulateTimers();
const start = sendingWorlds();

const NAMES = Array.from({ length: 50 }, (_, at) => `${1000 + at}`);

describe("an environment that nothing waits for", () => {
  it("is seen to as long as what it was sent counts against Heap's limit, and then let go", async () => {
    const { put, sending, pass, sent } = await start();
    for (const name of NAMES) await put(name, "ann");
    await pass(0);
    expect(sent).toHaveLength(NAMES.length);
    await pass(29_999);
    expect(sending.size).toBe(NAMES.length);
    await pass(1);
    expect(sending.size).toBe(0);
  });

  it("is seen to again when something comes, as if it had never been let go", async () => {
    const { put, sending, pass, sent } = await start();
    await put("1", "ann");
    await pass(60_000);
    expect(sending.size).toBe(0);
    for (let request = 0; request < 40; request++) await put("1", "ann");
    await pass(0);
    expect(sent).toHaveLength(1 + 30);
    await pass(30_000);
    expect(sent).toHaveLength(1 + 40);
  });

  it("is let go too when what waited for it, parked, is cancelled: nothing says that it is unknown any more", async () => {
    const { put, sending, pass, heap, cancel, health } = await start();
    heap.status = 404;
    const delivery = await put("1", "ann");
    await pass(0);
    expect(sending.troubles()).toHaveLength(1);
    await cancel(delivery);
    await pass(60_000);
    expect([sending.size, sending.troubles()]).toEqual([0, []]);
    expect(health.at(-1)).toEqual({});
  });
});

describe("a clock of the computer that jumps", () => {
  it.each([3_600_000, -3_600_000])("by %i ms lets no request through before its time", async (jump) => {
    const { put, pass, sent, clock } = await start();
    for (let request = 0; request < 31; request++) await put("1", "ann");
    await pass(0);
    expect(sent).toHaveLength(30);
    clock.setAhead(jump);
    await pass(29_999);
    expect(sent).toHaveLength(30);
    await pass(1);
    expect(sent).toHaveLength(31);
  });

  it.each([3_600_000, -3_600_000])(
    "by %i ms neither cuts nor draws out the wait for what may yet arrive",
    async (jump) => {
      const { put, pass, sent, clock, heap } = await start({ settleMs: 5000 });
      heap.status = 0;
      await put("1", "ann");
      await pass(0);
      heap.status = 200;
      await put("1", "ann");
      clock.setAhead(jump);
      // The first one again, which may; the second may not overtake what was not answered.
      await pass(4999);
      expect(sent).toHaveLength(2);
      await pass(1);
      expect(sent).toHaveLength(3);
    },
  );
});
