/** A pushed result arrives as the bytes that Looker sent, in each of the forms it may have. */

import fc from "fast-check";
import { attachmentText } from "../../src/looker/attachment";
import { readExecuteRequest } from "../../src/looker/execute-request";
import { jsonTexts, keyTexts, whiteSpace } from "../helpers/json-texts";

/** @param raw the whole body of an execute */
function textIn(raw: string): string {
  const body = Buffer.from(raw);
  const { attachment } = readExecuteRequest(body);
  if (!attachment) throw new Error("there is no attachment");
  return attachmentText(attachment, body).toString("utf8");
}

function pushed(mimetype: string, data: string): string {
  return JSON.stringify({
    type: "query",
    attachment: { mimetype, extension: "json", data },
    form_params: {},
  });
}

describe("a JSON text", () => {
  it("arrives as it is, digits, escapes and all", () => {
    const document = '{ "data":[{"id":12345678901234567890,"name":"Zo\\u00eb \\"x\\" 💥"}]\n}';
    expect(textIn(pushed("application/json", document))).toBe(document);
  });

  it.each(["", "application/json", "text/plain;charset=utf-8", "base64", "application/base64"])(
    "is not taken for base64 under the mimetype %j",
    (mimetype) => {
      expect(textIn(pushed(mimetype, "e30="))).toBe("e30=");
    },
  );
});

describe("base64", () => {
  it.each(["application/json;base64", "application/json; BASE64", "text/plain;charset=utf-8;base64 "])(
    "is decoded under the mimetype %j",
    (mimetype) => {
      const document = '{"data":[{"name":"Zoë 💥"}]}';
      expect(textIn(pushed(mimetype, Buffer.from(document).toString("base64")))).toBe(document);
    },
  );
});

describe("JSON itself", () => {
  it("keeps the digits that JavaScript's numbers can't", () => {
    const data = '{"data":[{"id":9007199254740993,"big":12345678901234567890,"small":1.10,"exp":1E+2}]}';
    expect(textIn(`{"attachment":{"mimetype":"application/json","data":${data}}}`)).toBe(data);
  });

  it("keeps its escapes, the order of its keys, and keys that come twice", () => {
    const data = '{"b":"\\u0041\\/","a":1,"a":2,"1":null}';
    expect(textIn(`{"attachment":{"data":${data}}}`)).toBe(data);
  });

  it("loses only the white space between its tokens", () => {
    expect(textIn('{ "attachment" : { "data" : { "a b" : [ 1 , " x " ] } } }')).toBe('{"a b":[1," x "]}');
  });

  it("is found by its path, not by its name", () => {
    const decoys = '"data":{"data":1,"attachment":{"data":2}},"form_params":{"data":"3","attachment":"4"}';
    const plan = '"scheduled_plan":{"query":{"attachment":{"data":5}},"attachment":{"data":6}}';
    const attachment = '"attachment":{"x":{"data":7},"y":[{"data":8}],"data":{"data":9},"z":{"data":10}}';
    for (const parts of [
      [decoys, plan, attachment],
      [attachment, plan, decoys],
    ]) {
      expect(textIn(`{${parts.join(",")}}`)).toBe('{"data":9}');
    }
  });

  it("is found under keys that are written with escapes", () => {
    expect(textIn('{"\\u0061ttachment":{"d\\u0061ta":{"a":1}}}')).toBe('{"a":1}');
  });

  it("is the last one where a key comes twice, as it is to whoever parses it", () => {
    expect(textIn('{"attachment":{"data":{"a":1},"data":{"a":2}}}')).toBe('{"a":2}');
    expect(textIn('{"attachment":{"data":{"a":1}},"attachment":{"data":{"a":2}}}')).toBe('{"a":2}');
    expect(textIn('{"attachment":{"data":{"a":1}},"attachment":{"data":"text"}}')).toBe("text");
  });

  it.each(["[1,2]", "5", "true", "false"])("may be %s, which is for the decoder to judge", (data) => {
    expect(textIn(`{"attachment":{"data":${data}}}`)).toBe(data);
  });

  it("is the same value, whatever it holds and however it is written", () => {
    const bodies = fc
      .tuple(keyTexts("attachment"), keyTexts("data"), jsonTexts, whiteSpace)
      .filter(([, , data]) => !/^("|null)/.test(data));
    fc.assert(
      fc.property(bodies, ([attachment, data, text, space]) => {
        const found = textIn(`{"type":"query",${attachment}:${space}{${data}${space}:${text}${space}}}`);
        expect(JSON.parse(found)).toEqual(JSON.parse(text));
      }),
    );
  });
});
