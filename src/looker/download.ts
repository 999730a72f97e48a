/** Downloads a result from Looker: only from where it may, with time for a slow query. */

import type { IncomingMessage } from "node:http";
import { Connections, timedOut } from "../connections";
import { errorCode } from "../error-code";
import { UserError } from "../errors";

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
  private readonly connections = new Connections();

  constructor(private readonly options: DownloadOptions) {}

  /**
   * The bytes behind a download URL, as they come.
   * @param signal ends the download
   * @throws DownloadError when it may not be downloaded, is refused, or breaks off
   */
  async *download(url: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const response = await this.open(url, signal);
    let isWaiting = true;
    // What is waited for is Looker: whoever takes the bytes may take as long as they want.
    const silence = setTimeout(() => {
      if (isWaiting) response.destroy(timedOut());
    }, this.options.silenceTimeoutMs);
    try {
      for await (const piece of response) {
        isWaiting = false;
        yield piece;
        isWaiting = true;
        silence.refresh();
      }
    } catch (error) {
      throw new DownloadError(`the connection to Looker was lost (${errorCode(error)})`);
    } finally {
      clearTimeout(silence);
    }
  }

  close(): void {
    this.connections.close();
  }

  private async open(url: string, signal: AbortSignal): Promise<IncomingMessage> {
    let next = this.checked(url, undefined);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.get(next, signal);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) return response;
      response.destroy();
      if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
        throw new DownloadError(
          `Looker answered ${statusCode} to the download (its URL works once, and for an hour): ` +
            "send it again from Looker",
        );
      }
      next = this.checked(headers.location, next.href);
    }
    throw new DownloadError("Looker's download leads from one address to the next without an end");
  }

  private async get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const { connectTimeoutMs, silenceTimeoutMs } = this.options;
    try {
      return await this.connections.request(url, {
        method: "GET",
        headers: { "accept-encoding": "identity", "user-agent": "looker-heap-action-hub" },
        signal,
        connectTimeoutMs,
        answerTimeoutMs: silenceTimeoutMs,
      });
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
