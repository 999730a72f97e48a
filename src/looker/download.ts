/** Downloads a result from Looker: only from where it may, with time for a slow query. */

import { errorCode } from "../error-code";
import { UserError } from "../errors";
import { createDispatcher, type HttpDispatcher } from "../http-dispatcher";

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
  private readonly dispatcher: HttpDispatcher;

  constructor(private readonly options: DownloadOptions) {
    this.dispatcher = createDispatcher({
      connect: { timeout: options.connectTimeoutMs },
      headersTimeout: options.silenceTimeoutMs,
      bodyTimeout: options.silenceTimeoutMs,
    });
  }

  /**
   * The bytes behind a download URL, as they come.
   * @param signal ends the download
   * @throws DownloadError when it may not be downloaded, is refused, or breaks off
   */
  async *download(url: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const response = await this.open(url, signal);
    if (!response.body) throw new DownloadError("Looker's answer to the download is empty");
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
    } catch (error) {
      throw new DownloadError(`the connection to Looker was lost (${errorCode(error)})`);
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async open(url: string, signal: AbortSignal): Promise<Response> {
    let next = this.checked(url, undefined);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.get(next, signal);
      if (response.status === 200) return response;
      await response.body?.cancel();
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || location === null) {
        throw new DownloadError(
          `Looker answered ${response.status} to the download (its URL works once, and for an hour): ` +
            "send it again from Looker",
        );
      }
      next = this.checked(location, next.href);
    }
    throw new DownloadError("Looker's download leads from one address to the next without an end");
  }

  private async get(url: URL, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(url, { redirect: "manual", dispatcher: this.dispatcher, signal });
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
