/**
 * Reads the body of a request into memory that is reserved for it: not before its token was right, and not more than all of
 * them may take.
 */

import type { Request, RequestHandler } from "express";
import { UserError } from "../errors";
import { newLifetime } from "../lifetime";
import { BodyScan, type RequestBody } from "./body-scan";
import { decompressed } from "./decompress";
import { RefusedRequest } from "./refuse";
import { type RequestMemory, type Reservation, SMALL_BYTES } from "./request-memory";

export interface ReceiveOptions {
  memory: RequestMemory;
  /** Of one body, decompressed, in bytes. */
  maxBytes: number;
  /** How long a request waits for memory, in milliseconds. */
  waitMs: number;
}

/** A body that is in memory until it is let go of: nothing is left of it then, whoever may still hold on to it. */
export class ReceivedBody implements RequestBody {
  bytes: Buffer;
  readonly pushed: RequestBody["pushed"];
  readonly isJson: boolean;

  constructor(
    { bytes, pushed, isJson }: RequestBody,
    private readonly reservation: Reservation,
  ) {
    this.bytes = bytes;
    this.pushed = pushed;
    this.isJson = isJson;
  }

  readonly release = (): void => {
    this.bytes = NOTHING;
    this.reservation.release();
  };
}

const NOTHING = Buffer.alloc(0);

/** A body whose length is not said before may be so long: nobody knows what to reserve for it, in bytes. */
const MAX_UNSAID_BYTES = 1024 * 1024;

/** Said to whoever is to come back, in seconds. */
const RETRY_AFTER = "30";

const received = new WeakMap<Request, ReceivedBody>();

/** @returns the body of a request that `receiveBody` has seen; undefined when it has none, or it was taken before */
export function takeBody(request: Request): ReceivedBody | undefined {
  const body = received.get(request);
  received.delete(request);
  return body;
}

/** Hands on a request when its body is there. What is wrong with it is a `RefusedRequest` for the next error handler. */
export function receiveBody(options: ReceiveOptions): RequestHandler {
  return async (request, response, next) => {
    const gone = newLifetime();
    const end = () => gone.abort();
    response.once("close", end);
    try {
      const body = await receive(request, options, gone.signal);
      if (body) {
        received.set(request, body);
        response.once("close", body.release);
      }
    } finally {
      gone.abort();
      response.off("close", end);
    }
    next();
  };
}

async function receive(
  request: Request,
  { memory, maxBytes, waitMs }: ReceiveOptions,
  gone: AbortSignal,
): Promise<ReceivedBody | undefined> {
  const { "content-length": length, "transfer-encoding": chunked } = request.headers;
  const said = chunked === undefined ? Number(length ?? 0) : undefined;
  if (said === 0) return undefined;
  checkType(request);
  const most = Math.min(maxBytes, memory.largest);
  if (said !== undefined && said > most) throw tooLarge(most);
  const packed = isPacked(request);
  const first = packed || said === undefined ? SMALL_BYTES : said;
  const reservation = await memory.reserve(first, waitMs, gone);
  if (!reservation) throw gone.aborted ? cutShort() : busy();
  const collector = new Collector(
    reservation,
    first,
    said === undefined && !packed ? MAX_UNSAID_BYTES : most,
  );
  try {
    for await (const piece of piecesOf(request)) collector.add(piece);
    return new ReceivedBody(collector.end(), reservation);
  } catch (error) {
    reservation.release();
    throw error;
  }
}

/** In one buffer, looked through as it grows. */
class Collector {
  private bytes: Buffer;
  private length = 0;
  private readonly scan = new BodyScan();

  constructor(
    private readonly reservation: Reservation,
    length: number,
    private readonly maxBytes: number,
  ) {
    this.bytes = Buffer.allocUnsafeSlow(length);
  }

  add(piece: Buffer): void {
    const end = this.length + piece.length;
    if (end > this.bytes.length) this.grow(end);
    piece.copy(this.bytes, this.length);
    this.scan.write(this.bytes.subarray(this.length, end));
    this.length = end;
  }

  end(): RequestBody {
    return this.scan.end(this.bytes.subarray(0, this.length));
  }

  private grow(needed: number): void {
    if (needed > this.maxBytes) {
      throw this.maxBytes === MAX_UNSAID_BYTES ? lengthWanted() : tooLarge(this.maxBytes);
    }
    const length = Math.min(Math.max(this.bytes.length * 2, needed), this.maxBytes);
    if (!this.reservation.grow(length - this.bytes.length)) throw busy();
    const larger = Buffer.allocUnsafeSlow(length);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** As they were meant. @throws RefusedRequest */
async function* piecesOf(request: Request): AsyncGenerator<Buffer> {
  // Whoever is refused in the middle is to be answered: the connection does not end with the reading.
  const arriving: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  let meant: AsyncIterable<Buffer>;
  try {
    meant = decompressed(arriving, request.headers["content-encoding"], Number.POSITIVE_INFINITY);
  } catch {
    throw new RefusedRequest(415, "request", "The body of the request is packed in an unknown way.", {
      "Accept-Encoding": "gzip, deflate, br",
    });
  }
  try {
    yield* meant;
  } catch (error) {
    if (error instanceof UserError) {
      throw new RefusedRequest(400, "request", "The body of the request can't be read.");
    }
    throw cutShort();
  }
}

function isPacked(request: Request): boolean {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "";
  return encoding !== "" && encoding !== "identity";
}

/**
 * Looker says JSON. What says nothing of it is taken too, as `fetch` and curl do without being told; what says that it is
 * something else is not.
 */
function checkType(request: Request): void {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (/^$|[/+]json$|^text\/plain$|^application\/x-www-form-urlencoded$/.test(type)) return;
  throw new RefusedRequest(415, "request", "The body of the request has to be application/json.", {
    Accept: "application/json",
  });
}

function tooLarge(maxBytes: number): RefusedRequest {
  const megabytes = Math.floor(maxBytes / (1024 * 1024));
  const most = megabytes > 0 ? `${megabytes} MB` : `${maxBytes} bytes`;
  return new RefusedRequest(
    413,
    "size",
    `The request is larger than ${most}. Let Looker offer the result for download instead of pushing it.`,
  );
}

function lengthWanted(): RefusedRequest {
  return new RefusedRequest(411, "size", "A request of more than 1 MB has to say its Content-Length.");
}

function busy(): RefusedRequest {
  return new RefusedRequest(
    503,
    "busy",
    "The action hub has as many results in its memory as it may. Send it again in a minute.",
    { "Retry-After": RETRY_AFTER },
  );
}

/** Nobody is there to read it. */
function cutShort(): RefusedRequest {
  return new RefusedRequest(400, "request", "The request breaks off.");
}
