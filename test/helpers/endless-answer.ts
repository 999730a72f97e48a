/** An answer without an end, that counts what whoever asked for it could be made to take. */

import { once } from "node:events";
import type { ServerResponse } from "node:http";

const PIECE = Buffer.alloc(64 * 1024, "x");

/** So that whoever would read it all is found out, and does not run out of memory; in bytes. */
const GIVEN_UP = 512 * 1024 * 1024;

/** What the system holds on the way, for both ends together, at the most; in bytes. */
const UNDER_WAY = 32 * 1024 * 1024;

export class EndlessAnswer {
  private written = 0;
  private closed: Promise<unknown> | undefined;

  /** @param begins what comes before the rest of it, which is nothing but letters */
  begin(response: ServerResponse, status = 200, begins = ""): void {
    this.written = 0;
    this.closed = once(response, "close");
    response.writeHead(status).write(begins);
    this.writeOn(response);
  }

  /** Whether no more than so many bytes were read of it, once its connection is closed. */
  async tookAtMost(bytes: number): Promise<boolean> {
    await this.closed;
    return this.closed !== undefined && this.written <= bytes + UNDER_WAY;
  }

  private writeOn(response: ServerResponse): void {
    response.write(PIECE, (error) => {
      if (error) return;
      this.written += PIECE.length;
      if (this.written < GIVEN_UP) this.writeOn(response);
      else response.end();
    });
  }
}
