/** What is wrong with the database, where that passes by itself or when somebody sees to it: nothing is lost by waiting. */

import { DatabaseError } from "pg";
import { errorCode } from "../../error-code";
import { OutboxError } from "../outbox";

/** The database can't do now what it was asked for, and may later. Says so as part of a sentence. */
export class DatabaseTrouble extends OutboxError {
  override name = "DatabaseTrouble";

  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

const READ_ONLY = "25006";
const DISK_FULL = "53100";
const TOO_MANY_CONNECTIONS = "53300";

/**
 * Connections (08), resources (53), an operator's doing (57), the system (58), two that waited for each other (40), locks and
 * time-outs (55P03, 25P03, 25P04), sign-in and database (28, 3D): whoever changes those changes them while hubs run.
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSES = /^(08|53|57|58|40|28|3D|55P03|25P0[34]|25006)/;

/** @returns what is wrong, if it may pass; the error itself where the statement or its values are at fault */
export function troubleOf(error: unknown): unknown {
  if (error instanceof DatabaseTrouble) return error;
  if (!(error instanceof DatabaseError)) return isOfConnection(error) ? unreachable(error) : error;
  const code = error.code ?? "unknown";
  if (!PASSES.test(code)) return error;
  return new DatabaseTrouble(sentenceOf(code), code);
}

function sentenceOf(code: string): string {
  switch (code) {
    case READ_ONLY:
      return "the action hub's database takes no writes: it is read-only";
    case DISK_FULL:
      return "the disk of the action hub's database is full";
    case TOO_MANY_CONNECTIONS:
      return "the action hub's database has no connection to spare";
    default:
      return `the action hub can't use its database (${code})`;
  }
}

function unreachable(error: unknown): DatabaseTrouble {
  // The driver's own errors have no code, and a name that says nothing.
  const code = errorCode(error);
  const why = code === "Error" || code === "AggregateError" ? "no connection" : code;
  return new DatabaseTrouble(`the action hub can't reach its database (${why})`, why);
}

/** A slip of ours is none of the connection. */
function isOfConnection(error: unknown): boolean {
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);
}
