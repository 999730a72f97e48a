/** Whatever comes in is read as JSON.parse reads it, in any pieces, or refused with a sentence: nothing else is ever thrown. */

import { buffer } from "node:stream/consumers";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { heap } from "../../src/actions";
import { FormError, UserError } from "../../src/errors";
import { classify } from "../../src/heap/answer";
import { pushedPieces } from "../../src/looker/attachment";
import { BodyScan, scanBody } from "../../src/looker/body-scan";
import { decompressed } from "../../src/looker/decompress";
import { DocumentDecoder } from "../../src/looker/document";
import { BadRequestError, readExecuteRequest } from "../../src/looker/execute-request";
import { formatsFor } from "../../src/looker/looker-version";
import { permissionIn } from "../../src/looker/permission";
import { tokenIn } from "../../src/token-check";
import { CollectingReader } from "../helpers/collecting-reader";
import { mapDocument } from "../helpers/map-document";
import { isObject, parsedBy } from "./json-model";
import { corpusOf, fuzz } from "./run";

jest.setTimeout(86_400_000);

const SMALL =
  '{"fields":{"dimensions":[{"name":"a"},{"name":"b"}]},"data":[{"a":{"value":1},"b":{"value":"x"}}]}';
const PIVOTED =
  '{"fields":{"measures":[{"name":"m"}],"pivots":[{"name":"p"}]},"data":[{"m":{"x|FIELD|y":{"value":3}}}]}';

interface Decoded {
  rows: CollectingReader["rows"];
  /** Why it is not whole, without the place. */
  error: string | undefined;
}

function decode(pieces: readonly Buffer[]): Decoded {
  const reader = new CollectingReader();
  const decoder = new DocumentDecoder(reader);
  try {
    for (const piece of pieces) {
      // In memory that is used again, as a connection's is.
      const once = Buffer.from(piece);
      decoder.write(once);
      once.fill(0xff);
    }
    decoder.end();
    return { rows: reader.rows, error: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { rows: reader.rows, error: error.message };
  }
}

it("documents, in any pieces", async () => {
  await fuzz(corpusOf("document", SMALL, PIVOTED), (input, mutator) => {
    const whole = decode([input]);
    expect(decode(mutator.cut(input))).toEqual(whole);
    const parsed = parsedBy(input);
    if (parsed === undefined) expect(whole.error).toBeDefined();
    if (whole.error !== undefined || !isObject(parsed?.value)) return;
    const { data } = parsed.value;
    const text = input.toString("utf8");
    // A key that comes twice is the last one to JSON.parse, and here each is read.
    const isPlain = text.split("data").length === 2 && !/\\u00/i.test(text) && Array.isArray(data);
    if (isPlain) expect(whole.rows).toHaveLength(data.length);
  });
});

it("cells, as JSON.parse has them", async () => {
  const values = corpusOf("text", '"x"', "12", "-0.5e3", "null", '{"a":[1]}', "[]", '"Zo\\u00eb"', "true");
  await fuzz(values, (input) => {
    const cell = parsedBy(input);
    if (!cell || input[0] === 0xef) return;
    const before = '{"fields":{"dimensions":[{"name":"c"}]},"data":[{"c":{"value":';
    const { rows, error } = decode([Buffer.from(before), input, Buffer.from("}}]}")]);
    expect(error).toBeUndefined();
    expect(rows).toHaveLength(1);
    const { problem, cells = {} } = rows[0] ?? {};
    const found = cells["c"] ?? "";
    if (problem === undefined && !found.endsWith("…")) expect(JSON.parse(found)).toEqual(cell.value);
  });
});

const EXECUTE =
  '{"type":"query","form_params":{"env_id":"1"},"attachment":{"mimetype":"x;base64","data":"e30="},"scheduled_plan":{"title":"t"}}';

it("bodies of requests, in any pieces", async () => {
  const corpus = corpusOf(
    "body",
    EXECUTE,
    EXECUTE.replace(";base64", ""),
    '{"attachment":{"data":{"a":[1]}}}',
  );
  await fuzz(corpus, async (input, mutator) => {
    const scan = new BodyScan();
    for (const piece of mutator.cut(input)) scan.write(Buffer.from(piece));
    const body = scanBody(Buffer.from(input));
    expect(scan.end(body.bytes)).toEqual(body);
    const parsed = parsedBy(input);
    expect(body.isJson).toBe(parsed !== undefined);
    let read: ReturnType<typeof readExecuteRequest>;
    try {
      read = readExecuteRequest(body);
    } catch (error) {
      expect(error).toBeInstanceOf(BadRequestError);
      return;
    }
    const attachment = isObject(parsed?.value) ? parsed.value["attachment"] : undefined;
    if (!read.attachment || !isObject(attachment)) return;
    const { mimetype, data } = attachment;
    const pushed = await buffer(
      pushedPieces(read.attachment, { bytes: body.bytes, release: () => undefined }),
    );
    const isBase64 = /;\s*base64\s*$/i.test(String(mimetype ?? ""));
    if (typeof data !== "string") expect(JSON.parse(pushed.toString())).toEqual(data);
    else if (!isBase64) expect(pushed.equals(Buffer.from(data))).toBe(true);
  });
});

it("form values, and what a user attribute says", async () => {
  const texts = corpusOf("text", "123", "user", "yes", "all", "123,456", " ", "users.email");
  await fuzz(texts, (input, mutator) => {
    const value = mutator.pick<unknown>([input.toString("utf8"), input.length, null, true]);
    const name = mutator.pick(Object.keys(heap.fields));
    const form = { env_id: "1", property_type: "user", [name]: value };
    try {
      const read = heap.read(form, []);
      expect(Object.values(read).every((each) => typeof each === "string")).toBe(true);
      permissionIn({ a: value }, "a").allows("1");
    } catch (error) {
      expect(error).toBeInstanceOf(FormError);
    }
  });
});

it("headers", async () => {
  const texts = corpusOf("text", 'Token token="x"', "LookerOutgoingWebhook/7.3.00004561");
  await fuzz(texts, (input) => {
    const text = input.toString("latin1");
    expect(["string", "undefined"]).toContain(typeof tokenIn(text));
    expect(formatsFor(text).length).toBeGreaterThan(0);
  });
});

it("tags and labels", async () => {
  const texts = corpusOf(
    "text",
    "heap_property:Plan",
    "heap_ignore",
    "heap_identity",
    "email",
    "Email",
    "user_id",
  );
  await fuzz(texts, (input, mutator) => {
    const text = input.toString("utf8");
    const field = (name: string) => ({
      name,
      label: mutator.pick([text, name]),
      tags: [mutator.pick([text, "x"])],
    });
    const fields = { dimensions: [field("users.email"), field(mutator.pick([text, "b"])), field("c")] };
    const row = Object.fromEntries(fields.dimensions.map(({ name }) => [name, { value: text }]));
    try {
      const { updates } = mapDocument(JSON.stringify({ fields, data: [row] }), {});
      for (const update of updates) JSON.parse(`{${update.text}}`);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  });
});

it("Heap's answers", async () => {
  await fuzz(corpusOf("text", "5", "Fri, 31 Dec 9999 23:59:59 GMT", "{}"), (input, mutator) => {
    const text = input.toString("utf8");
    const answer = classify(mutator.below(700), text, mutator.pick([[text], []])[0], 1_700_000_000_000);
    if ("text" in answer) expect(answer.text).not.toMatch(/\p{Cc}|.{301}/u);
    if (answer.kind === "too many" && answer.retryAfterMs !== undefined) {
      expect(answer.retryAfterMs).toBeGreaterThan(0);
      expect(answer.retryAfterMs).toBeLessThanOrEqual(3_600_000);
    }
  });
});

it("what came compressed", async () => {
  const packed = [gzipSync(SMALL), deflateSync(SMALL), brotliCompressSync(SMALL)];
  await fuzz(corpusOf("text", ...packed), async (input, mutator) => {
    async function* pieces(): AsyncGenerator<Buffer> {
      yield* mutator.cut(input);
    }
    try {
      await buffer(decompressed(pieces(), mutator.pick(["gzip", "deflate", "br", "gzip, br"]), 200));
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  });
});
