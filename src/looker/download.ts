/** Downloads a result from Looker: only from where it may, with time for a slow query. */

import { Agent } from "undici";
import { number } from "../amounts";
import { USER_AGENT } from "../connections";
import { errorCode } from "../error-code";
import { UserError } from "../errors";
import { decompressed } from "./decompress";
import { DownloadPlaces } from "./download-places";
import { ReadMemory } from "./read-memory";
import { type ResponseHead, ResponseReader } from "./response-reader";

export interface DownloadOptions {
  /** Origins that results may be downloaded from; empty: any https address of the public internet. */
  allowedOrigins: readonly string[];
  connectTimeoutMs: number;
  /** How long Looker may be silent, before the first byte and between two. */
  silenceTimeoutMs: number;
  /** Most bytes of a result, decompressed. */
  maxBytes: number;
  /** Times as many bytes that may come of a compressed answer as it has. */
  maxCompression: number;
}

/** The result could not be downloaded, or not to its end. The message never holds the URL. */
export class DownloadError extends UserError {
  override name = "DownloadError";
}

const MAX_REDIRECTS = 5;

export class Downloader {
  private readonly memory = new ReadMemory();
  private readonly places: DownloadPlaces;
  private readonly agent: Agent;

  constructor(private readonly options: DownloadOptions) {
    this.places = new DownloadPlaces(options.allowedOrigins);
    const { lookup } = this.places;
    this.agent = new Agent({
      connect: { timeout: options.connectTimeoutMs, onread: this.memory.onread, ...(lookup && { lookup }) },
      headersTimeout: options.silenceTimeoutMs,
      bodyTimeout: options.silenceTimeoutMs,
    });
  }

  /**
   * The bytes behind a download URL, as they come. A piece is valid until the next one is asked for.
   * @param signal ends the download
   * @throws DownloadError when it may not be downloaded, is refused, or breaks off
   * @throws UserError when it is larger than it may be, or compressed in a way that can't be read
   */
  async *download(url: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { maxBytes, maxCompression } = this.options;
    const { response, encoding } = await this.open(url, signal);
    let bytes = 0;
    try {
      for await (const piece of decompressed(this.piecesOf(response), encoding, maxCompression)) {
        bytes += piece.length;
        if (bytes > maxBytes) throw new UserError(tooLarge(maxBytes));
        yield piece;
      }
    } finally {
      response.discard();
    }
  }

  close(): void {
    void this.agent.destroy();
  }

  private async *piecesOf(response: ResponseReader): AsyncGenerator<Buffer> {
    let last: ArrayBufferLike | undefined;
    try {
      for await (const piece of response.pieces()) {
        // Pieces come in order: what the last one stood in has been read to its end.
        if (last !== undefined && last !== piece.buffer) this.memory.give(last);
        last = piece.buffer;
        yield piece;
      }
    } catch (error) {
      throw new DownloadError(`the connection to Looker was lost (${errorCode(error)})`);
    }
  }

  private async open(
    url: string,
    signal: AbortSignal,
  ): Promise<{ response: ResponseReader; encoding: string | undefined }> {
    let next = this.checked(url, undefined);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = new ResponseReader(signal);
      const { status, headers } = await this.get(next, response);
      if (status === 200) return { response, encoding: headers["content-encoding"]?.toString() };
      response.discard();
      const { location } = headers;
      if (status < 300 || status >= 400 || typeof location !== "string") {
        throw new DownloadError(
          `Looker answered ${status} to the download (its URL works once, and for an hour)`,
        );
      }
      next = this.checked(location, next.href);
    }
    throw new DownloadError("Looker's download leads from one address to the next without an end");
  }

  private async get(url: URL, response: ResponseReader): Promise<ResponseHead> {
    const { origin, pathname, search } = url;
    const headers = { "accept-encoding": "identity", "user-agent": USER_AGENT };
    try {
      this.agent.dispatch({ origin, path: pathname + search, method: "GET", headers }, response);
      return await response.head;
    } catch (error) {
      const problem = this.places.problemOf(error, url);
      throw new DownloadError(problem ?? `Looker can't be reached for the download (${errorCode(error)})`);
    }
  }

  private checked(url: string, base: string | undefined): URL {
    const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
    if (!parsed || !["http:", "https:"].includes(parsed.protocol)) {
      throw new DownloadError("the download URL is not an http or https address");
    }
    const problem = this.places.problem(parsed);
    if (problem !== undefined) throw new DownloadError(problem);
    return parsed;
  }
}

function tooLarge(maxBytes: number): string {
  return `it is larger than ${number(maxBytes)} bytes: whoever runs the action hub can raise RESULT_MAX_BYTES`;
}
