/** Results are downloaded only from where they may be, to their end or with a sentence about why not. */

import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { UserError } from "../../src/errors";
import { DownloadError, Downloader, type DownloadOptions } from "../../src/looker/download";
import { type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import { EndlessAnswer } from "../helpers/endless-answer";
import { answerAndReset, type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";

const PATIENT_MS = 20_000;

let looker: StandInLooker;
let downloader: Downloader;
const servers: LoopbackServer[] = [];

beforeEach(async () => {
  looker = await startStandInLooker();
});

afterEach(async () => {
  downloader.close();
  await looker.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...args: Parameters<typeof startLoopbackServer>): Promise<string> {
  const server = await startLoopbackServer(...args);
  servers.push(server);
  return server.url;
}

function download(
  url: string,
  options: Partial<DownloadOptions> = {},
  signal = new AbortController().signal,
): AsyncGenerator<Buffer> {
  downloader = new Downloader({
    // This Looker's, and whatever the test has begun to serve.
    allowedOrigins: [looker.url, ...servers.map((server) => server.url)],
    connectTimeoutMs: PATIENT_MS,
    silenceTimeoutMs: PATIENT_MS,
    maxBytes: 1_000_000_000,
    maxCompression: 200,
    ...options,
  });
  return downloader.download(url, signal);
}

/** What the person in Looker is told, and what had been read by then. */
async function broken(pieces: AsyncGenerator<Buffer>): Promise<{ message: string; read: string }> {
  let read = "";
  try {
    for await (const piece of pieces) read += piece.toString();
  } catch (error) {
    if (error instanceof DownloadError) return { message: error.message, read };
    throw error;
  }
  throw new Error("the download was taken for whole");
}

describe("a download", () => {
  it("gives every byte, however it is cut", async () => {
    const document = '{"data":[{"name":"Zoë 💥"}]}';
    expect(await text(download(looker.offer(document, { chunkBytes: 1 })))).toBe(document);
  });

  it("is empty when the document is: that is for the decoder to say", async () => {
    expect(await text(download(looker.offer("")))).toBe("");
  });

  it("gives every byte of what is read slowly, though each piece is read into memory that is used again", async () => {
    const document = Buffer.alloc(16 * 1024 * 1024, "0123456789,\n");
    const read: Buffer[] = [];
    for await (const piece of download(looker.offer(document.toString()))) {
      // More has come by then, if it can.
      for (let turns = 0; turns < 5; turns++) await nextTurn();
      read.push(Buffer.from(piece));
    }
    expect(Buffer.concat(read).equals(document)).toBe(true);
  });

  it("that nobody reads on is given up, so that Looker need not go on", async () => {
    const closed = new Promise<void>((resolve) => {
      void serve((_request, response) => {
        response.writeHead(200).write("{");
        response.once("close", resolve);
      }).then(async (url) => {
        for await (const _piece of download(url)) break;
      });
    });
    await closed;
  });
});

describe("a download that came compressed", () => {
  it("is read as it was meant, and asked for as it is", async () => {
    const document = '{"data":[{"name":"Zoë 💥"}]}';
    const url = await serve((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(document));
    });
    expect(await text(download(url))).toBe(document);
  });
});

describe("a download that is too large", () => {
  async function problemOf(pieces: AsyncGenerator<Buffer>): Promise<unknown> {
    return text(pieces).catch((error: unknown) => error);
  }

  it("is ended at the limit, and names the setting", async () => {
    const answer = new EndlessAnswer();
    const url = await serve((_request, response) => answer.begin(response));
    expect(await problemOf(download(url, { maxBytes: 1_000_000 }))).toEqual(
      new UserError(
        "it is larger than 1,000,000 bytes: whoever runs the action hub can raise RESULT_MAX_BYTES",
      ),
    );
    expect(await answer.tookAtMost(1_000_000)).toBe(true);
  });

  it("is so by what it is decompressed", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(2_000_000)));
    });
    expect(await problemOf(download(url, { maxBytes: 1_999_999 }))).toBeInstanceOf(UserError);
    expect(await problemOf(download(url, { maxBytes: 2_000_000 }))).toHaveLength(2_000_000);
  });
});

describe("a download that is called off", () => {
  it("ends, in the middle of Looker's silence too", async () => {
    const calledOff = new AbortController();
    const url = await serve((_request, response) => response.writeHead(200).write("{"));
    const pieces = download(url, {}, calledOff.signal);
    await pieces.next();
    calledOff.abort();
    expect((await broken(pieces)).message).toMatch(/^the connection to Looker was lost/);
  });

  it("ends before Looker has answered", async () => {
    const calledOff = new AbortController();
    const url = await serve(() => calledOff.abort());
    const { message } = await broken(download(url, {}, calledOff.signal));
    expect(message).toMatch(/^Looker can't be reached for the download/);
  });
});

describe("where from", () => {
  it("is an allowed origin, whatever the path", async () => {
    const allowedOrigins = ["https://looker.example.com", looker.url];
    expect(await text(download(looker.offer("{}"), { allowedOrigins }))).toBe("{}");
  });

  it.each([
    ["another host", "http://localhost"],
    ["another port", "http://127.0.0.1:1"],
    ["another scheme", "https://127.0.0.1"],
    ["a host that begins alike", "http://127.0.0.10"],
  ])("is not %s", async (_what, origin) => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });
    const { message } = await broken(download(`${url}/secret-path`, { allowedOrigins: [origin] }));
    expect(message).toBe(
      `results may not be downloaded from ${url}: whoever runs the action hub can allow it with LOOKER_ALLOWED_ORIGINS`,
    );
    expect(asked).toEqual([]);
  });

  it.each([
    "",
    "not a URL",
    "/relative",
    "ftp://looker.example.com/secret",
    "file:///etc/passwd",
    "data:application/json,{}",
    "javascript:alert(1)",
    "http://",
  ])("is http or https, not %j", async (url) => {
    const { message } = await broken(download(url));
    expect(message).toBe("the download URL is not an http or https address");
  });
});

describe("a redirect", () => {
  it("is followed, also from one host to another", async () => {
    const elsewhere = await startStandInLooker();
    const url = looker.offer("", { redirectTo: elsewhere.offer("{}") });
    expect(await text(download(url, { allowedOrigins: [looker.url, elsewhere.url] }))).toBe("{}");
    await elsewhere.close();
  });

  it("may be relative", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/a/first") response.writeHead(307, { location: "../second?x=1" }).end();
      else response.end(request.url);
    });
    expect(await text(download(`${url}/a/first`))).toBe("/second?x=1");
  });

  it("is not followed to where results may not come from, though the first address may", async () => {
    const asked: string[] = [];
    const elsewhere = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });
    const url = looker.offer("", { redirectTo: `${elsewhere}/secret-path` });
    const { message } = await broken(download(url, { allowedOrigins: [looker.url] }));
    expect(message).toContain(`results may not be downloaded from ${elsewhere}: `);
    expect(asked).toEqual([]);
  });

  it("is checked at every hop", async () => {
    const third = await startStandInLooker();
    const second = await startStandInLooker();
    const url = looker.offer("", { redirectTo: second.offer("", { redirectTo: third.offer("{}") }) });
    const { message } = await broken(download(url, { allowedOrigins: [looker.url, second.url] }));
    expect(message).toContain(`results may not be downloaded from ${third.url}: `);
    await Promise.all([second.close(), third.close()]);
  });

  it.each(["file:///etc/passwd", "data:application/json,{}", "http://"])(
    "is not followed to %s",
    async (location) => {
      const { message } = await broken(download(looker.offer("", { redirectTo: location })));
      expect(message).toBe("the download URL is not an http or https address");
    },
  );

  it("without an end is given up", async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked++;
      response.writeHead(302, { location: "/again" }).end();
    });
    const { message } = await broken(download(url));
    expect(message).toBe("Looker's download leads from one address to the next without an end");
    expect(asked).toBe(6);
  });

  it("without an address is an answer like another", async () => {
    const url = await serve((_request, response) => response.writeHead(302).end());
    expect((await broken(download(url))).message).toContain("Looker answered 302 to the download");
  });
});

describe("a download that fails", () => {
  it.each([201, 204, 400, 401, 403, 404, 410, 429, 500, 503])("with %i says so", async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    expect(await broken(download(url))).toEqual({
      message: `Looker answered ${status} to the download (its URL works once, and for an hour)`,
      read: "",
    });
  });

  it("because its URL was used up says so", async () => {
    const url = looker.offer("{}");
    await text(download(url));
    downloader.close();
    expect((await broken(download(url))).message).toContain("Looker answered 404 to the download");
  });

  it.each([
    ["closed", { cutAfterBytes: 9 }],
    ["closed before the first byte", { cutAfterBytes: 0 }],
  ])("because the connection is %s hands on what came before it", async (_how, offer) => {
    const document = '{"data":[1,2,3]}';
    const { message, read } = await broken(download(looker.offer(document, { chunkBytes: 1, ...offer })));
    expect(message).toMatch(/^the connection to Looker was lost \(\w+\)$/);
    expect(read).toBe(document.slice(0, offer.cutAfterBytes));
  });

  it("because the connection is reset is lost too", async () => {
    const url = await serve((_request, response) => answerAndReset(response, 200, "{"));
    expect((await broken(download(url))).message).toMatch(/^the connection to Looker was lost/);
  });

  it("because nobody is there says so", async () => {
    const gone = await startLoopbackServer(() => undefined);
    await gone.close();
    const { message } = await broken(download(gone.url, { allowedOrigins: [gone.url] }));
    expect(message).toBe("Looker can't be reached for the download (ECONNREFUSED)");
  });

  it("because Looker never begins is given up after the silence that is allowed", async () => {
    const url = await serve(() => undefined);
    const { message } = await broken(download(url, { silenceTimeoutMs: 50 }));
    expect(message).toMatch(/^Looker can't be reached for the download/);
  });

  it("because Looker falls silent in the middle is given up after the silence that is allowed", async () => {
    const url = await serve((_request, response) => response.writeHead(200).write("{"));
    const { message, read } = await broken(download(url, { silenceTimeoutMs: 50 }));
    expect(message).toMatch(/^the connection to Looker was lost/);
    expect(read).toBe("{");
  });
});

describe("no message holds the URL", () => {
  it("when nobody is there", async () => {
    const gone = await startLoopbackServer(() => undefined);
    await gone.close();
    const { message } = await broken(download(`${gone.url}/secret-path`, { allowedOrigins: [gone.url] }));
    expect(message).not.toMatch(/secret|127\.0/);
  });

  it.each([
    ["holds a password", "http://someone:secret@127.0.0.1:4444/secret-path"],
    ["has a port that fetch refuses", "http://127.0.0.1:1/secret-path"],
    ["has a port that can't be", "http://secret-host:99999/secret-path"],
  ])("when it %s", async (_what, url) => {
    const allowedOrigins = ["http://127.0.0.1:1", "http://127.0.0.1:4444"];
    expect((await broken(download(url, { allowedOrigins }))).message).not.toMatch(/secret|someone|127\.0/);
  });
});
