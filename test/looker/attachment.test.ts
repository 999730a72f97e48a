/** A pushed result arrives as the bytes that Looker sent, in each of the forms it may have. */

import { buffer, text } from "node:stream/consumers";
import fc from "fast-check";
import { pushedPieces } from "../../src/looker/attachment";
import { BodyScan, scanBody } from "../../src/looker/body-scan";
import { readExecuteRequest } from "../../src/looker/execute-request";
import { jsonTexts, keyTexts, whiteSpace } from "../helpers/json-texts";

/** @param raw the whole body of an execute */
function piecesIn(raw: string): AsyncGenerator<Buffer> {
  const body = scanBody(Buffer.from(raw));
  const { attachment } = readExecuteRequest(body);
  if (!attachment) throw new Error("there is no attachment");
  return pushedPieces(attachment, { bytes: body.bytes, release: () => undefined });
}

const textIn = (raw: string) => text(piecesIn(raw));

function pushed(mimetype: string, data: string): string {
  return JSON.stringify({
    type: "query",
    attachment: { mimetype, extension: "json", data },
    form_params: {},
  });
}

describe("a JSON text", () => {
  it("arrives as it is, digits, escapes and all", async () => {
    const document = '{ "data":[{"id":12345678901234567890,"name":"Zo\\u00eb \\"x\\" 💥"}]\n}';
    expect(await textIn(pushed("application/json", document))).toBe(document);
  });

  it.each(["", "application/json", "text/plain;charset=utf-8", "base64", "application/base64"])(
    "is not taken for base64 under the mimetype %j",
    async (mimetype) => {
      expect(await textIn(pushed(mimetype, "e30="))).toBe("e30=");
    },
  );
});

describe("base64", () => {
  it.each(["application/json;base64", "application/json; BASE64", "text/plain;charset=utf-8;base64 "])(
    "is decoded under the mimetype %j",
    async (mimetype) => {
      const document = '{"data":[{"name":"Zoë 💥"}]}';
      expect(await textIn(pushed(mimetype, Buffer.from(document).toString("base64")))).toBe(document);
    },
  );
});

describe("JSON itself", () => {
  it("keeps the digits that JavaScript's numbers can't", async () => {
    const data = '{"data":[{"id":9007199254740993,"big":12345678901234567890,"small":1.10,"exp":1E+2}]}';
    expect(await textIn(`{"attachment":{"mimetype":"application/json","data":${data}}}`)).toBe(data);
  });

  it("keeps its escapes, the order of its keys, and keys that come twice", async () => {
    const data = '{"b":"\\u0041\\/","a":1,"a":2,"1":null}';
    expect(await textIn(`{"attachment":{"data":${data}}}`)).toBe(data);
  });

  it("keeps the white space between its tokens", async () => {
    expect(await textIn('{ "attachment" : { "data" : { "a b" : [ 1 , " x " ] } } }')).toBe(
      '{ "a b" : [ 1 , " x " ] }',
    );
  });

  it("is found by its path, not by its name", async () => {
    const decoys = '"data":{"data":1,"attachment":{"data":2}},"form_params":{"data":"3","attachment":"4"}';
    const plan = '"scheduled_plan":{"query":{"attachment":{"data":5}},"attachment":{"data":6}}';
    const attachment = '"attachment":{"x":{"data":7},"y":[{"data":8}],"data":{"data":9},"z":{"data":10}}';
    for (const parts of [
      [decoys, plan, attachment],
      [attachment, plan, decoys],
    ]) {
      expect(await textIn(`{${parts.join(",")}}`)).toBe('{"data":9}');
    }
  });

  it("is found under keys that are written with escapes", async () => {
    expect(await textIn('{"\\u0061ttachment":{"d\\u0061ta":{"a":1}}}')).toBe('{"a":1}');
  });

  it("is the last one where a key comes twice, as it is to whoever parses it", async () => {
    expect(await textIn('{"attachment":{"data":{"a":1},"data":{"a":2}}}')).toBe('{"a":2}');
    expect(await textIn('{"attachment":{"data":{"a":1}},"attachment":{"data":{"a":2}}}')).toBe('{"a":2}');
    expect(await textIn('{"attachment":{"data":{"a":1}},"attachment":{"data":"text"}}')).toBe("text");
  });

  it.each(["[1,2]", "5", "true", "false"])("may be %s, which is for the decoder to judge", async (data) => {
    expect(await textIn(`{"attachment":{"data":${data}}}`)).toBe(data);
  });

  it("is the same value, whatever it holds and however it is written", async () => {
    const bodies = fc
      .tuple(keyTexts("attachment"), keyTexts("data"), jsonTexts, whiteSpace)
      .filter(([, , data]) => !/^("|null)/.test(data));
    await fc.assert(
      fc.asyncProperty(bodies, async ([attachment, data, text, space]) => {
        const found = await textIn(
          `{"type":"query",${attachment}:${space}{${data}${space}:${text}${space}}}`,
        );
        expect(JSON.parse(found)).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe("a large one", () => {
  const document = JSON.stringify(
    Array.from({ length: 20_000 }, (_, row) => ({ name: `"Zo\u00eb" 💥 \\ ${row}\n`, lone: "\ud800" })),
  );

  it.each([
    ["as a text", document, ""],
    ["in base64", Buffer.from(document).toString("base64"), ";base64"],
    [
      "in base64 of many lines",
      Buffer.from(document).toString("base64").replace(/.{60}/g, "$&\n"),
      ";base64",
    ],
  ])("comes in pieces, whole: %s", async (_how, data, mimetype) => {
    const pieces: Buffer[] = [];
    for await (const piece of piecesIn(pushed(`application/json${mimetype}`, data)))
      pieces.push(Buffer.from(piece));
    expect(pieces.length).toBeGreaterThan(3);
    expect(Buffer.concat(pieces).equals(Buffer.from(document))).toBe(true);
  });

  it("is any text that JavaScript can write as JSON, however it escapes it", async () => {
    const escaped = (text: string) =>
      [...text].map((each) => [...each].map((unit) => toEscape(unit)).join("")).join("");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.boolean(), async (data, everything) => {
        const json = everything ? `"${escaped(data)}"` : JSON.stringify(data);
        fc.pre(data !== "");
        expect((await buffer(piecesIn(`{"attachment":{"data":${json}}}`))).equals(Buffer.from(data))).toBe(
          true,
        );
      }),
    );
  });
});

/** Every UTF-16 code unit as `\uXXXX`. */
function toEscape(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

it("lets go of the body at the end, and when it is not read to the end", async () => {
  for (const isWhole of [true, false]) {
    let released = 0;
    const body = scanBody(Buffer.from(pushed("", "x".repeat(1_000_000))));
    const { attachment } = readExecuteRequest(body);
    if (!attachment) throw new Error("there is no attachment");
    for await (const _piece of pushedPieces(attachment, { bytes: body.bytes, release: () => released++ })) {
      if (!isWhole) break;
    }
    expect(released).toBe(1);
  }
});

it("is found in whichever pieces the body arrives", () => {
  const raw = Buffer.from(
    '{"form_params":{"data":[1]},"attachment":{"x":[{}],"d\\u0061ta":{"a":[1,{}]},"data" : 12 }}',
  );
  const whole = scanBody(raw).pushed;
  expect(whole.map(({ start, end }) => raw.toString("utf8", start, end))).toEqual(['{"a":[1,{}]}', "12"]);
  for (let length = 1; length < raw.length; length++) {
    const scan = new BodyScan();
    for (let at = 0; at < raw.length; at += length) scan.write(raw.subarray(at, at + length));
    expect(scan.end(raw)).toEqual({ bytes: raw, pushed: whole, isJson: true });
  }
});
