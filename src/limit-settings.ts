/** The limits that are settings: what they are called, their defaults, and the object that they are read into. */

import { cleanEnv } from "envalid";
import { count, share, size, timeout } from "./setting-kinds";

export interface Limits {
  /** Of one request, in bytes. */
  requestBytes: number;
  /** Of all requests that are in memory, in bytes. */
  requestMemoryBytes: number;
  /** How long a request waits for such memory, in milliseconds. */
  requestWaitMs: number;
  /** Of the headers of a request, its address included, in bytes. */
  headerBytes: number;
  /** Of the address of a request, in characters. */
  urlLength: number;
  /** How long the headers of a request may take, in milliseconds. */
  headerTimeoutMs: number;
  /** How long the body may take, in milliseconds; a large one longer. */
  bodyTimeoutMs: number;
  /** How long a connection without a request is kept, in milliseconds. */
  idleTimeoutMs: number;
  /** Connections at once. */
  connections: number;
  /** Results that are read at once. */
  readings: number;
  /** Of a result that is downloaded, decompressed, in bytes. */
  resultBytes: number;
  /** Times as many bytes that may come of a compressed result as it has. */
  resultCompression: number;
  /** Of what is kept of a row while it is read, in bytes. */
  rowBytes: number;
  /** Of a result, each pivoted one too. */
  columns: number;
  /** Wrong tokens for Looker from one address in a quarter of an hour. */
  wrongTokens: number;
}

export const LIMIT_SETTINGS = {
  REQUEST_MAX_BYTES: size({ default: 64 * 1024 * 1024 }),
  REQUEST_MEMORY_BYTES: size({ default: 160_000_000 }),
  REQUEST_WAIT_SECONDS: timeout({ default: 20_000 }),
  REQUEST_HEADER_MAX_BYTES: share({ default: 16_384 }),
  REQUEST_URL_MAX_LENGTH: share({ default: 8192 }),
  REQUEST_HEADER_TIMEOUT_SECONDS: timeout({ default: 30_000 }),
  REQUEST_BODY_TIMEOUT_SECONDS: timeout({ default: 40_000 }),
  CONNECTION_IDLE_SECONDS: timeout({ default: 65_000 }),
  CONNECTIONS_MAX: size({ default: 10_000 }),
  DELIVERIES_MAX_READING: count({ default: 50 }),
  RESULT_MAX_BYTES: size({ default: 100_000_000_000 }),
  RESULT_MAX_COMPRESSION: count({ default: 200 }),
  RESULT_MAX_ROW_BYTES: size({ default: 16 * 1024 * 1024 }),
  RESULT_MAX_COLUMNS: size({ default: 10_000 }),
  WRONG_TOKENS_MAX: size({ default: 100 }),
};

export function limitsOf(given: Readonly<Record<keyof typeof LIMIT_SETTINGS, number>>): Limits {
  return {
    requestBytes: given.REQUEST_MAX_BYTES,
    requestMemoryBytes: given.REQUEST_MEMORY_BYTES,
    requestWaitMs: given.REQUEST_WAIT_SECONDS,
    headerBytes: given.REQUEST_HEADER_MAX_BYTES,
    urlLength: given.REQUEST_URL_MAX_LENGTH,
    headerTimeoutMs: given.REQUEST_HEADER_TIMEOUT_SECONDS,
    bodyTimeoutMs: given.REQUEST_BODY_TIMEOUT_SECONDS,
    idleTimeoutMs: given.CONNECTION_IDLE_SECONDS,
    connections: given.CONNECTIONS_MAX,
    readings: given.DELIVERIES_MAX_READING,
    resultBytes: given.RESULT_MAX_BYTES,
    resultCompression: given.RESULT_MAX_COMPRESSION,
    rowBytes: given.RESULT_MAX_ROW_BYTES,
    columns: given.RESULT_MAX_COLUMNS,
    wrongTokens: given.WRONG_TOKENS_MAX,
  };
}

export const DEFAULT_LIMITS: Limits = limitsOf(cleanEnv({}, LIMIT_SETTINGS));
