/**
 * Reads one answer of undici's as it comes: its beginning, and then its pieces. Undici's own streams and Node's join the
 * pieces that wait, or copy each, which costs as much as all else that is done with them.
 */

import { setImmediate } from "node:timers/promises";
import type { Dispatcher } from "undici";

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

/** Pieces that may wait before the connection is told to. */
const MAX_WAITING = 4;

/**
 * Pieces that are read before it is everybody else's turn. Without it a connection that has more to read at once keeps
 * the event loop to itself for 32 pieces. Source: `uv__read` in libuv's `src/unix/stream.c`.
 */
const PIECES_A_TURN = 1;

export interface ResponseHead {
  status: number;
  headers: Headers;
}

export class ResponseReader implements Dispatcher.DispatchHandler {
  /** Rejects with the error of the connection. */
  readonly head: Promise<ResponseHead>;
  private begin: (head: ResponseHead) => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;
  private controller: Controller | undefined;
  private waiting: Buffer[] = [];
  private failure: Error | undefined;
  private isOver = false;
  private wake: () => void = () => undefined;

  /** @param signal ends the request, and the reading of its answer */
  constructor(private readonly signal: AbortSignal) {
    this.head = new Promise((resolve, reject) => {
      this.begin = resolve;
      this.fail = reject;
    });
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.signal.aborted) this.end();
    else this.signal.addEventListener("abort", this.end, { once: true });
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    // Informational: the answer itself is yet to come. Source: RFC 9110, 15.2.
    if (status >= 200) this.begin({ status, headers });
  }

  onResponseData(controller: Controller, piece: Buffer): void {
    this.waiting.push(piece);
    if (this.waiting.length >= MAX_WAITING) controller.pause();
    this.wake();
  }

  onResponseEnd(): void {
    this.over();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.failure = error;
    this.fail(error);
    this.over();
  }

  /**
   * The body's pieces, in order; what is not read of it is let go.
   * @throws the error with which it broke off
   */
  async *pieces(): AsyncGenerator<Buffer> {
    let read = 0;
    try {
      for (;;) {
        const pieces = this.waiting;
        this.waiting = [];
        yield* pieces;
        read += pieces.length;
        if (read >= PIECES_A_TURN) {
          read = 0;
          await setImmediate();
        }
        if (this.waiting.length > 0) continue;
        if (this.failure) throw this.failure;
        if (this.isOver) return;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
          this.controller?.resume();
        });
      }
    } finally {
      this.discard();
    }
  }

  /** Nobody reads on. */
  discard(): void {
    if (!this.isOver) this.end();
  }

  private readonly end = (): void => {
    this.controller?.abort(Object.assign(new Error("nobody reads on"), { code: "ABORT_ERR" }));
  };

  private over(): void {
    this.isOver = true;
    this.signal.removeEventListener("abort", this.end);
    this.wake();
  }
}
