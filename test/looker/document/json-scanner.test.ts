/** Holds the scanner to RFC 8259 and RFC 3629, in any chunking. */

import { DocumentError } from "../../../src/looker/document";
import { JsonScanner, Scalar } from "../../../src/looker/document/json-scanner";
import { TOKEN_KEPT_BYTES } from "../../../src/looker/document/token-text";
import { byteByByte, splitAt, writeAll } from "../../helpers/chunks";
import { CollectingEvents, scan } from "../../helpers/collecting-events";

function scanText(text: string): string[] {
  return scan([Buffer.from(text)]).seen;
}

/** What is wrong with the bytes, read in one chunk and byte by byte. */
function complaint(bytes: Buffer): string {
  const [whole, single] = [[bytes], byteByByte(bytes)].map((chunks) => {
    try {
      scan(chunks);
    } catch (error) {
      if (error instanceof DocumentError) return error.message;
      throw error;
    }
    return "none";
  });
  expect(single).toBe(whole);
  return whole ?? "";
}

describe("a JSON text", () => {
  it("is reported token by token, as it was written", () => {
    expect(scanText('{"a":[1.50,"\\u0041\\/",{}],\r\n\t"b" : {"c":true,"d":[false,null]}}')).toEqual([
      "{",
      '"a":',
      "[",
      "1.50",
      '"\\u0041\\/"',
      "{",
      "}",
      "]",
      '"b":',
      "{",
      '"c":',
      "true",
      '"d":',
      "[",
      "false",
      "null",
      "]",
      "}",
      "}",
    ]);
  });

  it("names the kind of every scalar", () => {
    const { String: text, Number: number, True, False, Null } = Scalar;
    expect(scan([Buffer.from('["x",0,true,false,null]')]).kinds).toEqual([text, number, True, False, Null]);
  });

  it.each(["0", "-0", "10", "-1.5", "0.25e10", "1E+2", "12e-07"])("may be the number %s alone", (text) => {
    expect(scanText(text)).toEqual([text]);
    expect(scan(byteByByte(Buffer.from(text))).seen).toEqual([text]);
  });

  it.each(['""', '"x"', "true", "null"])("may be the scalar %s alone", (text) => {
    expect(scanText(text)).toEqual([text]);
  });

  it("may stand after a byte order mark, however it is split", () => {
    expect(scan(byteByByte(Buffer.from("\ufeff {}"))).seen).toEqual(["{", "}"]);
  });

  it("may hold the characters at both ends of every length of UTF-8", () => {
    const text = '"\u0020\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}"';
    expect(scan(byteByByte(Buffer.from(text))).seen).toEqual([text]);
  });

  it("may be nested a million levels deep", () => {
    expect(scanText("[".repeat(1_000_000) + "]".repeat(1_000_000))).toHaveLength(2_000_000);
  });
});

describe("broken JSON is refused:", () => {
  it.each([
    "{",
    "}",
    "[",
    "]",
    "{]",
    "[}",
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    '{"a":1,}',
    '{"a":1 "b":2}',
    "{,}",
    "{1:2}",
    "{a:1}",
    "{'a':1}",
    "[,]",
    "[1,]",
    "[1 2]",
    "[1]]",
    ":",
    ",",
    '"a',
    "tru",
    "trux",
    "True",
    "nul",
    "falsee",
    "undefined",
    "NaN",
    "-NaN",
    "Infinity",
    "-Infinity",
    "01",
    "-01",
    "+1",
    ".5",
    "1.",
    "1.e2",
    "-",
    "-.5",
    "1e",
    "1e+",
    "1e+-2",
    "1e2.5",
    "1.2.3",
    "0x10",
    "1_000",
    "1n",
    "//x\n1",
    "/*x*/1",
    "\u00a0{}",
    "\u2028{}",
    "{}\u0000",
    "{}{}",
    "{} x",
    "1 2",
  ])("%j", (text) => {
    expect(complaint(Buffer.from(text))).toMatch(/^it |^something follows its closing brace \(at byte/);
    expect(complaint(Buffer.from(`[${text},0`))).toMatch(/^it |^something/);
  });

  it.each(["\\x", "\\'", "\\0", "\\u", "\\u12", "\\u123g", "\\u 123", "\\U0041", "\\u{41}"])(
    "the escape %s",
    (escaped) => {
      expect(complaint(Buffer.from(`"${escaped}"`))).toMatch(/^it holds a bad escape/);
    },
  );

  it.each([0x00, 0x01, 0x08, 0x09, 0x0a, 0x0d, 0x1f])("control character %i inside a text", (control) => {
    const complained = complaint(Buffer.from([0x22, control, 0x22]));
    expect(complained).toBe("it holds a control character inside a text (at byte 2)");
  });
});

describe("bytes that are not UTF-8 are refused:", () => {
  it.each([
    ["a continuation byte alone", [0x80]],
    ["a sequence without its end", [0xc3]],
    ["a sequence that a plain character breaks", [0xe2, 0x82, 0x41]],
    ["an over-long form of two bytes", [0xc0, 0x80]],
    ["an over-long form of two bytes with the highest character", [0xc1, 0xbf]],
    ["an over-long form of three bytes", [0xe0, 0x9f, 0xbf]],
    ["an over-long form of four bytes", [0xf0, 0x8f, 0xbf, 0xbf]],
    ["an encoded high surrogate", [0xed, 0xa0, 0x80]],
    ["an encoded low surrogate", [0xed, 0xbf, 0xbf]],
    ["a character beyond the last", [0xf4, 0x90, 0x80, 0x80]],
    ["a five-byte form", [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ["a byte that no UTF-8 has", [0xff]],
    ["Latin-1", [...Buffer.from("Zürich", "latin1")]],
  ])("%s", (_name, bytes) => {
    expect(complaint(Buffer.from([0x22, ...bytes, 0x22]))).toMatch(/^it is not UTF-8/);
  });

  it.each([
    ["half a byte order mark", [0xef, 0xbb, 0x7b, 0x7d]],
    ["a byte order mark with white space inside", [0xef, 0x20, 0xbb, 0x0a, 0xbf, 0x7b, 0x7d]],
  ])("%s", (_name, bytes) => {
    expect(complaint(Buffer.from(bytes))).toMatch(/^it is not UTF-8/);
  });

  it.each([
    ["a second byte order mark", "\ufeff\ufeff{}"],
    ["a byte order mark behind white space", " \ufeff{}"],
  ])("%s", (_name, text) => {
    expect(complaint(Buffer.from(text))).toMatch(/^it is not JSON/);
  });

  it("UTF-16", () => {
    expect(complaint(Buffer.from("\ufeff{}", "utf16le"))).toMatch(/^it is not JSON/);
  });
});

describe("what is said about a broken text", () => {
  it("counts the byte from 1, over all chunks", () => {
    expect(complaint(Buffer.from('{"a":"b\\x"}'))).toBe("it holds a bad escape (at byte 9)");
    expect(complaint(Buffer.from('{"a":1,]'))).toBe("it is broken JSON (at byte 8)");
    expect(complaint(Buffer.from('{"a":-x}'))).toBe("it holds a broken number (at byte 7)");
  });

  it("tells nothing of what stands in it", () => {
    expect(complaint(Buffer.from('{"a@x":"secret\u0001"}'))).not.toMatch(/secret|a@x/);
  });

  it.each(["", " ", "\r\n", "\ufeff", "\ufeff\n"])("calls %j empty", (text) => {
    expect(complaint(Buffer.from(text))).toBe("it is empty");
  });

  it("knows a page in HTML", () => {
    expect(complaint(Buffer.from("\n<!DOCTYPE html><html></html>"))).toBe(
      "it is an HTML page, not a query result (at byte 2)",
    );
  });

  it("knows a text that breaks off", () => {
    expect(complaint(Buffer.from('{"a":[1'))).toBe("it breaks off before its closing brace");
  });

  it("knows what follows the closing brace", () => {
    expect(complaint(Buffer.from("{} \n{}"))).toBe("something follows its closing brace (at byte 5)");
  });
});

describe("a token longer than is kept", () => {
  const long = `"${"x".repeat(TOKEN_KEPT_BYTES)}"`;
  const cut = `${long.slice(0, TOKEN_KEPT_BYTES)}… (${long.length} bytes)`;

  it("is handed over as its beginning, with its whole length", () => {
    expect(scanText(`[${long}]`)).toEqual(["[", cut, "]"]);
  });

  it("is the same when it comes in chunks", () => {
    expect(scan(byteByByte(Buffer.from(`[${long}]`))).seen).toEqual(["[", cut, "]"]);
  });

  it("is whole when it has just the length that is kept", () => {
    const fitting = `"${"x".repeat(TOKEN_KEPT_BYTES - 2)}"`;
    expect(scanText(`{${fitting}:0}`)).toEqual(["{", `${fitting}:`, "0", "}"]);
  });

  it("is whole when its taker asked for more", () => {
    const events = new CollectingEvents();
    const scanner = new JsonScanner(events);
    scanner.keepBytes = 2 * TOKEN_KEPT_BYTES;
    writeAll(scanner, splitAt(Buffer.from(long), [1, 4000, 4001]));
    scanner.end();
    expect(events.seen).toEqual([long]);
  });
});
