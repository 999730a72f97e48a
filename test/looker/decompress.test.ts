/** What a proxy compressed on the way is read as it was meant, and what is made to burst the hub is not. */

import { buffer } from "node:stream/consumers";
import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { CompressionError, decompressed } from "../../src/looker/decompress";

const DOCUMENT = Buffer.from(
  JSON.stringify({ data: Array.from({ length: 20_000 }, (_, row) => ({ id: { value: `Zoë ${row} 💥` } })) }),
);

const CODINGS: readonly [string, (bytes: Buffer) => Buffer][] = [
  ["gzip", gzipSync],
  ["X-GZip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ["identity, gzip", gzipSync],
  ["deflate, gzip", (bytes) => gzipSync(deflateSync(bytes))],
  ["identity", (bytes) => bytes],
  ["", (bytes) => bytes],
];

/** Each piece in the same memory, as a connection's are. */
async function* cut(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length) {
    const copied = bytes.copy(memory, 0, at, at + length);
    yield memory.subarray(0, copied);
    memory.fill(0xff);
  }
}

async function problemOf(pieces: AsyncIterable<Buffer>): Promise<string> {
  try {
    await buffer(pieces);
  } catch (error) {
    if (error instanceof CompressionError) return error.message;
    throw error;
  }
  throw new Error("it was taken for whole");
}

describe.each(CODINGS)("what came as %j", (encoding, compress) => {
  it.each([1, 1000, 1_000_000])("is read as it was meant, in pieces of %i", async (length) => {
    const bytes = length === 1 ? DOCUMENT.subarray(0, 2000) : DOCUMENT;
    // A piece is let go of when the next one is asked for: nothing of the last one may be needed then.
    const read: Buffer[] = [];
    for await (const piece of decompressed(cut(compress(bytes), length), encoding, 200)) {
      read.push(Buffer.from(piece));
    }
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  });
});

it("nothing is read of nothing", async () => {
  expect(await buffer(decompressed(cut(Buffer.alloc(0), 1), "gzip", 200))).toHaveLength(0);
});

it.each(["gzip", "deflate", "br"])("what is no %s says so", async (encoding) => {
  const said = await problemOf(decompressed(cut(Buffer.alloc(1000, "<"), 100), encoding, 200));
  expect(said).toMatch(/^it came compressed, and can't be decompressed \(\w+\)$/);
});

it("what is cut off in the middle says so", async () => {
  const half = gzipSync(DOCUMENT).subarray(0, 5000);
  expect(await problemOf(decompressed(cut(half, 1000), "gzip", 200))).toMatch(/can't be decompressed/);
});

it("a way that is not known is named, and what is no name is not", () => {
  expect(() => decompressed(cut(DOCUMENT, 9), "zstd", 200)).toThrow(
    "it came compressed by zstd, which can't be read",
  );
  expect(() => decompressed(cut(DOCUMENT, 9), "<script>", 200)).toThrow("in an unknown way");
  expect(() => decompressed(cut(DOCUMENT, 9), "constructor", 200)).toThrow("by constructor, which");
  expect(() => decompressed(cut(DOCUMENT, 9), "gzip,gzip,gzip", 200)).toThrow("more than twice");
});

it("hands on what a connection that is lost ended with", async () => {
  async function* lost(): AsyncGenerator<Buffer> {
    yield gzipSync(DOCUMENT).subarray(0, 5000);
    throw new Error("lost");
  }
  await expect(buffer(decompressed(lost(), "gzip", 200))).rejects.toThrow("lost");
});

it("can be left in the middle of a silence", async () => {
  async function* silent(): AsyncGenerator<Buffer> {
    yield gzipSync(DOCUMENT);
    await new Promise(() => undefined);
  }
  for await (const _piece of decompressed(silent(), "gzip", 200)) break;
});

it("a gigabyte in a megabyte is ended early, in flat memory", async () => {
  async function* bomb(): AsyncGenerator<Buffer> {
    const gzip = createGzip();
    const zeros = Buffer.alloc(1024 * 1024, " ");
    let written = 0;
    const writeOn = () => {
      while (written++ < 1024) if (!gzip.write(zeros)) return;
      gzip.end();
    };
    gzip.on("drain", writeOn);
    writeOn();
    for await (const piece of gzip) yield piece as Buffer;
  }
  const before = process.memoryUsage().rss;
  let read = 0;
  let most = 0;
  const reading = (async () => {
    for await (const piece of decompressed(bomb(), "gzip", 200)) {
      read += piece.length;
      most = Math.max(most, process.memoryUsage().rss - before);
    }
  })();
  await expect(reading).rejects.toThrow(
    "it came compressed to less than a 200th: whoever runs the action hub can raise RESULT_MAX_COMPRESSION",
  );
  expect(read).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(most).toBeLessThan(64 * 1024 * 1024);
});
