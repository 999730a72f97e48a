/** Bodies that are kept for a moment. */

import { FreshBodies } from "../../src/outbox/fresh-bodies";

const MIB = 1024 * 1024;

describe("fresh bodies", () => {
  it("are handed out once", () => {
    const bodies = new FreshBodies();
    const body = Buffer.from("{}");
    bodies.keep(1, body);
    expect(bodies.take(1)).toBe(body);
    expect(bodies.take(1)).toBeUndefined();
  });

  it("are forgotten when nobody will ask for them, and the others kept", () => {
    const bodies = new FreshBodies<string>();
    for (const key of ["a 1", "b 1"]) bodies.keep(key, Buffer.alloc(4 * MIB));
    bodies.forget((key) => key.startsWith("a"));
    expect([bodies.take("a 1"), bodies.take("b 1")?.length]).toEqual([undefined, 4 * MIB]);
  });

  it("are kept up to 8 MiB of the memory that they stand in, however little of it they use", () => {
    const bodies = new FreshBodies();
    for (const position of [1, 2, 3]) bodies.keep(position, Buffer.alloc(4 * MIB).subarray(0, 2));
    expect([1, 2, 3].map((position) => bodies.take(position) !== undefined)).toEqual([true, true, false]);
    bodies.keep(4, Buffer.alloc(4 * MIB));
    expect(bodies.take(4)).toBeDefined();
  });
});
