import { SESSION_MS, Sessions } from "../../src/status/sessions";
import { HandDrivenClock } from "../helpers/hand-driven-clock";

function start(tokens = ["first", "second"]) {
  const clock = new HandDrivenClock();
  const sessions = new Sessions(tokens, clock.now);
  return { clock, sessions, cookie: sessions.open("second") };
}

it("opens for an administrator's token, and for no other", () => {
  const { sessions, cookie } = start();
  expect(sessions.find(cookie)).toBeDefined();
  expect(sessions.open("third")).toBeUndefined();
  expect(sessions.open("")).toBeUndefined();
});

it("ends by itself", () => {
  const { sessions, cookie, clock } = start();
  clock.advance(SESSION_MS - 1);
  expect(sessions.find(cookie)).toBeDefined();
  clock.advance(1);
  expect(sessions.find(cookie)).toBeUndefined();
});

it("can't be made longer, or made up", () => {
  const { sessions, cookie = "" } = start();
  const [expires = "", id, signature] = cookie.split(".");
  expect(sessions.find(`${Number(expires) + 1}.${id}.${signature}`)).toBeUndefined();
  expect(sessions.find(`${expires}.${id}.${"A".repeat(43)}`)).toBeUndefined();
  expect(sessions.find("nonsense")).toBeUndefined();
  expect(sessions.find(undefined)).toBeUndefined();
});

it("goes on at another hub with the same token, and ends when the token is taken away", () => {
  const { cookie, clock } = start();
  expect(new Sessions(["second"], clock.now).find(cookie)).toBeDefined();
  expect(new Sessions(["first"], clock.now).find(cookie)).toBeUndefined();
});

it("is over after signing out, and only that one", () => {
  const { sessions, cookie } = start();
  const other = sessions.open("second");
  const session = sessions.find(cookie);
  sessions.close(session!);
  expect(sessions.find(cookie)).toBeUndefined();
  expect(sessions.find(other)).toBeDefined();
});

it("has a form token of its own", () => {
  const { sessions, cookie } = start();
  const other = sessions.find(sessions.open("second"));
  expect(sessions.find(cookie)?.formToken).not.toBe(other?.formToken);
  expect(sessions.find(cookie)?.formToken).toBe(sessions.find(cookie)?.formToken);
});
