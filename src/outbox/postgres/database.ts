/**
 * The connections to PostgreSQL. Nothing needs a session of its own: each statement, and each transaction, may be another
 * connection's, as behind a pooler in transaction mode.
 */

import { Pool, type PoolClient, types } from "pg";
import { type Clock, wait } from "../../clock";
import { newLifetime } from "../../lifetime";
import { DatabaseTrouble, troubleOf } from "./trouble";

/** Statements at once. */
const MAX_CONNECTIONS = 8;

/** How long connecting may take, and waiting for a connection, in milliseconds. */
const CONNECT_MS = 5000;

/** How long a statement may take, in milliseconds. */
const STATEMENT_MS = 15_000;

/** A transaction that hears nothing from its hub for so long is given up, so that its locks hold up nobody; in milliseconds. */
const IDLE_MS = 5000;

/** What failed, and may pass, is tried again after so many milliseconds. */
const AGAIN_MS = 500;

const BEGIN = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MS}; SET LOCAL lock_timeout = ${STATEMENT_MS}`;

const INT8 = 20;

/** Of a number in milliseconds since 1970, a position or a count: all within what a number keeps exactly. */
const TYPES = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

export type Query = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface ConnectionOptions {
  /** Secret: it may hold a password. */
  url: string;
  clock: Clock;
}

export class Database {
  /** What was wrong when it was used last, as part of a sentence; undefined: nothing. */
  trouble: string | undefined;
  private readonly pool: Pool;
  private isClosed = false;

  constructor(private readonly options: ConnectionOptions) {
    this.pool = new Pool({ ...connectionOf(options.url), max: MAX_CONNECTIONS, query_timeout: STATEMENT_MS });
    // A connection that nobody uses can end as well: the pool makes another one.
    this.pool.on("error", () => undefined);
    // One in use says so as well, beside its statement's own error.
    this.pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** One statement, a transaction of its own. @throws DatabaseTrouble when it can't be done now */
  readonly query: Query = (text, values) => this.withClient((query) => query(text, values));

  /** Several statements, all of them or none. @throws DatabaseTrouble when they can't be done now */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.withClient(async (query) => {
      await query(BEGIN);
      const result = await work(query);
      await query("COMMIT");
      return result;
    });
  }

  /**
   * Tries until it can be done: what is handed over must do no harm when it is done twice, as an answer may be lost.
   * @throws DatabaseTrouble when the signal aborts before
   */
  async untilDone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseTrouble) || signal.aborted) throw error;
        await wait(this.options.clock, AGAIN_MS, signal);
        if (signal.aborted) throw error;
      }
    }
  }

  /** As `untilDone`, for so many milliseconds. @throws DatabaseTrouble when it can't be done by then */
  async tryFor<T>(milliseconds: number, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const within = newLifetime(signal);
    this.options.clock.after(milliseconds, () => within.abort(), within.signal);
    try {
      return await this.untilDone(work, within.signal);
    } finally {
      within.abort();
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.pool.end();
  }

  private async withClient<T>(work: (query: Query) => Promise<T>): Promise<T> {
    let client: PoolClient | undefined;
    try {
      client = await orTrouble(this.pool.connect());
      const result = await work(queryOf(client));
      client.release();
      this.trouble = undefined;
      return result;
    } catch (error) {
      if (error instanceof DatabaseTrouble) this.trouble = error.message;
      await release(client, error);
      throw error;
    }
  }
}

/** Also for a client that is none of the pool's. */
export function connectionOf(url: string) {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: "looker-heap-action-hub",
    types: TYPES,
  };
}

function queryOf(client: PoolClient): Query {
  return async <Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
    const { rows } = await orTrouble(client.query<Row>(text, values && [...values]));
    return rows;
  };
}

/** What the driver says, as what it means. */
async function orTrouble<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw troubleOf(error);
  }
}

/** A connection whose state is not known is not used again; nor is one to a server that takes no writes any more. */
async function release(client: PoolClient | undefined, error: unknown): Promise<void> {
  if (!client) return;
  if (error instanceof DatabaseTrouble) {
    client.release(true);
    return;
  }
  const rolledBack = await client.query("ROLLBACK").then(
    () => true,
    () => false,
  );
  client.release(!rolledBack);
}
