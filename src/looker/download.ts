/** Downloads a result from Looker: only from where it may, with time for a slow query. */

import { Agent } from "undici";
import { USER_AGENT } from "../connections";
import { errorCode } from "../error-code";
import { UserError } from "../errors";
import { ReadMemory } from "./read-memory";
import { type ResponseHead, ResponseReader } from "./response-reader";

export interface DownloadOptions {
  /** Origins that results may be downloaded from; empty: any. */
  allowedOrigins: readonly string[];
  connectTimeoutMs: number;
  /** How long Looker may be silent, before the first byte and between two. */
  silenceTimeoutMs: number;
}

/** The result could not be downloaded, or not to its end. The message never holds the URL. */
export class DownloadError extends UserError {
  override name = "DownloadError";
}

const MAX_REDIRECTS = 5;

export class Downloader {
  private readonly memory = new ReadMemory();
  private readonly agent: Agent;

  constructor(private readonly options: DownloadOptions) {
    this.agent = new Agent({
      connect: { timeout: options.connectTimeoutMs, onread: this.memory.onread },
      headersTimeout: options.silenceTimeoutMs,
      bodyTimeout: options.silenceTimeoutMs,
    });
  }

  /**
   * The bytes behind a download URL, as they come. A piece is valid until the next one is asked for.
   * @param signal ends the download
   * @throws DownloadError when it may not be downloaded, is refused, or breaks off
   */
  async *download(url: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const response = await this.open(url, signal);
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

  close(): void {
    void this.agent.destroy();
  }

  private async open(url: string, signal: AbortSignal): Promise<ResponseReader> {
    let next = this.checked(url, undefined);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = new ResponseReader(signal);
      const { status, headers } = await this.get(next, response);
      if (status === 200) return response;
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

  private async get({ origin, pathname, search }: URL, response: ResponseReader): Promise<ResponseHead> {
    const headers = { "accept-encoding": "identity", "user-agent": USER_AGENT };
    try {
      this.agent.dispatch({ origin, path: pathname + search, method: "GET", headers }, response);
      return await response.head;
    } catch (error) {
      throw new DownloadError(`Looker can't be reached for the download (${errorCode(error)})`);
    }
  }

  private checked(url: string, base: string | undefined): URL {
    const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
    if (!parsed || !["http:", "https:"].includes(parsed.protocol)) {
      throw new DownloadError("the download URL is not an http or https address");
    }
    const { allowedOrigins } = this.options;
    if (allowedOrigins.length > 0 && !allowedOrigins.includes(parsed.origin)) {
      throw new DownloadError(
        `results may not be downloaded from ${parsed.origin}: whoever runs the action hub can allow it ` +
          "with LOOKER_ALLOWED_ORIGINS",
      );
    }
    return parsed;
  }
}
