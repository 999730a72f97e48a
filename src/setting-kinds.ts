/** The kinds of settings: what the text of each may be, and the value it is read as. An error completes "NAME: …". */

import { isIP } from "node:net";
import { makeValidator } from "envalid";
import { LONGEST_VALUE_LENGTH } from "./heap";

export const DAY_MS = 24 * 3_600_000;

/** "30" seconds as 30,000 milliseconds. */
export const seconds = makeValidator<number>((input) => Math.round(numberOf(input, 0, 1_000_000) * 1000));
/** The same for a time-out, where 0 would give up on every request before it is sent. */
export const timeout = makeValidator<number>((input) => Math.round(numberOf(input, 0.001, 1_000_000) * 1000));
export const days = makeValidator<number>((input) => numberOf(input, 0, 36_500) * DAY_MS);
export const percent = makeValidator<number>((input) => numberOf(input, 0, 100));
export const count = makeValidator<number>((input) => wholeNumberOf(input, 1, 1000));
/** Of a text, in UTF-16 code units. */
export const valueLength = makeValidator<number>((input) => wholeNumberOf(input, 1, LONGEST_VALUE_LENGTH));
/** Name of a user attribute in Looker. */
export const attribute = makeValidator<string>((input) => {
  if (/^[a-z0-9_]+$/.test(input)) return input;
  throw new Error(
    "it must be the name of a user attribute in Looker: lower-case letters, digits and underscores",
  );
});
export const bytes = makeValidator<number>((input) => wholeNumberOf(input, 0, Number.MAX_SAFE_INTEGER));
/** The same for what there has to be some of. */
export const size = makeValidator<number>((input) => wholeNumberOf(input, 1, Number.MAX_SAFE_INTEGER));
/** Of a request's head, in bytes: Node reads no more than 1 MB of it, and less than 1 KB is none. */
export const share = makeValidator<number>((input) => wholeNumberOf(input, 1024, 1024 * 1024));
/** 0 takes any free port. */
export const port = makeValidator<number>((input) => wholeNumberOf(input, 0, 65_535));
export const list = makeValidator<readonly string[]>((input) => partsOf(input));
/** A token, and the Heap environments that it opens; none: all of them. */
export interface EnteredToken {
  token: string;
  environments?: readonly string[];
}
/** `first,second@123,456`: digits alone belong to the token before them when that is bound to environments. */
export const tokens = makeValidator<readonly EnteredToken[]>((input) => {
  const entered: { token: string; environments?: string[] }[] = [];
  for (const part of partsOf(input)) {
    const bound = entered.at(-1)?.environments;
    const [, token, id] = /^(.+)@(\d+)$/.exec(part) ?? [];
    if (bound && /^\d+$/.test(part)) bound.push(part);
    else
      entered.push(token === undefined || id === undefined ? { token: part } : { token, environments: [id] });
  }
  return entered;
});
export const address = makeValidator<string>((input) => {
  const { href, search, hash, username, password } = parseAddress(input);
  if (search + hash + username + password === "") return href.replace(/\/+$/, "");
  throw new Error("it must be an address without a query, a fragment, a user name and a password");
});
/** An address that is a secret: what is wrong with it is said without repeating it. */
export const secretAddress = makeValidator<string>((input) => {
  if (/^https?:/i.test(input) && URL.canParse(input)) return new URL(input).href;
  throw new Error("it must be an http or https address");
});
/** Of a PostgreSQL, and a secret: it may hold a password. */
export const databaseAddress = makeValidator<string>((input) => {
  // With a socket, as in postgres://user:password@/database?host=/folder, it is no URL as others know it.
  if (/^postgres(ql)?:\/\/\S+$/i.test(input)) return input;
  throw new Error("it must be an address of the form postgres://user:password@host:5432/database");
});
export const origins = makeValidator<readonly string[]>((input) =>
  partsOf(input).map((part) => parseAddress(part).origin),
);
export const proxies = makeValidator<number | readonly string[]>((input) =>
  /^\d+$/.test(input) ? wholeNumberOf(input, 0, 10) : partsOf(input).map(parseProxy),
);
export const environments = makeValidator<readonly EnteredEnvironment[]>((input) => {
  const entered = partsOf(input).map(parseEnvironment);
  const twice = entered.find(({ id }, index) => entered.some((other, at) => at < index && other.id === id));
  if (twice) throw new Error(`environment ${twice.id} is there more than once`);
  return entered;
});

interface EnteredEnvironment {
  name: string;
  id: string;
  isEu: boolean;
}

/** `Production=123`, or `Europe=789@eu` for Heap's EU data centre. */
function parseEnvironment(text: string): EnteredEnvironment {
  const [, name, id, region] = /^([^=]+)=(\d+)(@eu)?$/.exec(text) ?? [];
  if (name === undefined || id === undefined) {
    throw new Error(`"${text}" is not of the form Name=123 or Name=123@eu`);
  }
  return { name: name.trim(), id, isEu: region !== undefined };
}

/** An address, a network (`10.0.0.0/8`), or a name that Express has for some networks. */
function parseProxy(text: string): string {
  const [, address = "", prefix = "0"] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (Number(prefix) <= bits || ["loopback", "linklocal", "uniquelocal"].includes(text)) return text;
  throw new Error(
    `"${text}" is neither a number of proxies, an address, a network such as 10.0.0.0/8, nor one of loopback, ` +
      "linklocal and uniquelocal",
  );
}

function parseAddress(text: string): URL {
  if (!URL.canParse(text)) throw new Error(`"${text}" is not a URL`);
  const parsed = new URL(text);
  if (!["http:", "https:"].includes(parsed.protocol))
    throw new Error(`"${text}" is not an http or https URL`);
  return parsed;
}

function numberOf(input: string, from: number, to: number): number {
  const value = Number(input);
  if (Number.isFinite(value) && value >= from && value <= to) return value;
  throw new Error(`it must be a number from ${from} to ${to}`);
}

function wholeNumberOf(input: string, from: number, to: number): number {
  const value = numberOf(input, from, to);
  if (!Number.isInteger(value)) throw new Error("it must be a whole number");
  return value;
}

function partsOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
