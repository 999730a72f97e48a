/** Answers what is no request, before any app sees it: Node's parser could not read it, or it did not come. */

import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { errorCode } from "./error-code";
import type { Limits } from "./limit-settings";
import { refusalText } from "./refusal-text";

/** Why a connection is ended, or not taken, before it comes to anything. */
export type EndedReason = "slow" | "header size" | "url size" | "malformed" | "too many";

interface Refusal {
  reason: EndedReason;
  status: number;
  message: string;
}

/** So many are answered before it is everybody else's turn: thousands may be late at the same moment. */
const ANSWERS_A_TURN = 50;

export class BrokenRequests {
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limits: Pick<Limits, "urlLength" | "headerBytes">) {}

  /**
   * Answers it in its turn.
   * @returns what was wrong with it
   */
  answer(error: Error, socket: Duplex): EndedReason {
    const refusal = refusalFor(error, this.limits);
    this.waiting.push(() => answer(refusal, error, socket));
    if (this.waiting.length === 1) setImmediate(this.answerSome);
    return refusal.reason;
  }

  private readonly answerSome = (): void => {
    for (const answerOne of this.waiting.splice(0, ANSWERS_A_TURN)) answerOne();
    if (this.waiting.length > 0) setImmediate(this.answerSome);
  };
}

function answer({ status, message }: Refusal, error: Error, socket: Duplex): void {
  // After a reply has begun there is no other one, and a connection that was reset takes none.
  const takesReply = socket.writable && !("_httpMessage" in socket && socket._httpMessage);
  if (!takesReply || errorCode(error) === "ECONNRESET") socket.destroy();
  else {
    const body = refusalText(message);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    );
  }
}

function refusalFor(error: Error, limits: Pick<Limits, "urlLength" | "headerBytes">): Refusal {
  switch (errorCode(error)) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { reason: "slow", status: 408, message: "The request did not come in time." };
    case "HPE_HEADER_OVERFLOW": {
      if (isInAddress(error, limits.urlLength)) {
        const message = `The address of the request is longer than ${limits.urlLength} characters.`;
        return { reason: "url size", status: 414, message };
      }
      const message = `The headers of the request are larger than ${limits.headerBytes} bytes.`;
      return { reason: "header size", status: 431, message };
    }
    default:
      return { reason: "malformed", status: 400, message: "That is no HTTP request." };
  }
}

/** Whether it is the first line of the request that is too long. `rawPacket`: Node's docs of the event clientError. */
function isInAddress(error: Error, urlLength: number): boolean {
  const packet: unknown = "rawPacket" in error ? error.rawPacket : undefined;
  if (!Buffer.isBuffer(packet)) return false;
  const lineEnd = packet.indexOf("\r\n");
  const isLong = (lineEnd === -1 ? packet.length : lineEnd) > urlLength;
  return isLong && /^[A-Z]+ /.test(packet.toString("latin1", 0, 16));
}
