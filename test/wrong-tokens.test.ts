import { WrongTokens } from "../src/wrong-tokens";
import { HandDrivenClock } from "./helpers/hand-driven-clock";

const QUARTER_HOUR_MS = 15 * 60_000;

function start() {
  const clock = new HandDrivenClock();
  const wrongTokens = new WrongTokens(clock.now);
  const count = (address: string, times: number, once?: string) => {
    for (let time = 0; time < times; time++) wrongTokens.count(address, once);
  };
  return { clock, wrongTokens, count };
}

it("holds up an address after ten wrong tokens, until a quarter of an hour after the first", () => {
  const { clock, wrongTokens, count } = start();
  count("192.0.2.1", 9);
  clock.advance(60_000);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(0);
  count("192.0.2.1", 1);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(QUARTER_HOUR_MS - 60_000);
  clock.advance(QUARTER_HOUR_MS - 60_001);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(1);
  clock.advance(1);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(0);
  count("192.0.2.1", 9);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(0);
  count("192.0.2.1", 1);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(QUARTER_HOUR_MS);
});

it("holds up nobody at another address", () => {
  const { wrongTokens, count } = start();
  count("192.0.2.1", 20);
  expect(wrongTokens.waitOf("192.0.2.2")).toBe(0);
});

it("takes the addresses of one IPv6 network for one, and those of IPv4 written so for what they are", () => {
  const { wrongTokens, count } = start();
  count("2001:db8:1:2::1", 5);
  count("2001:db8:1:3::1", 5);
  expect(wrongTokens.waitOf("2001:db8:1:4::1")).toBeGreaterThan(0);
  expect(wrongTokens.waitOf("2001:db8:2::1")).toBe(0);
  count("::ffff:192.0.2.1", 10);
  expect(wrongTokens.waitOf("192.0.2.1")).toBeGreaterThan(0);
  expect(wrongTokens.waitOf("::ffff:192.0.2.2")).toBe(0);
});

it("counts once what is to be counted once", () => {
  const { wrongTokens, count } = start();
  count("192.0.2.1", 20, "a cookie");
  count("192.0.2.1", 8);
  expect(wrongTokens.waitOf("192.0.2.1")).toBe(0);
  count("192.0.2.1", 1, "another cookie");
  expect(wrongTokens.waitOf("192.0.2.1")).toBeGreaterThan(0);
});

it("keeps no more than ten thousand addresses: the oldest go first, and not for one that is there", () => {
  const { wrongTokens, count } = start();
  for (let address = 0; address < 10_000; address++) count(`10.0.${address >> 8}.${address & 255}`, 10);
  count("10.0.0.0", 1);
  count("10.0.0.1", 1);
  expect(wrongTokens.waitOf("10.0.0.0")).toBeGreaterThan(0);
  count("192.0.2.1", 10);
  expect(wrongTokens.waitOf("10.0.0.0")).toBe(0);
  expect(wrongTokens.waitOf("10.0.0.1")).toBeGreaterThan(0);
  expect(wrongTokens.waitOf("192.0.2.1")).toBeGreaterThan(0);
});
