/** An action that Looker is offered: what its form asks for, and what is done with a result. */

import type { UpdateSink } from "../batches";
import { FormError } from "../errors";
import type { KindName } from "../heap";
import type { ResultReader, Visualization } from "../mapping";
import type { Fields, FormValues, OfferedEnvironment, ValuesOf } from "./fields";
import { readForm } from "./read-form";

/** What a task needs to know beside the form. */
interface Around {
  visualization: Visualization;
  /** Longest text that is sent, in UTF-16 code units. */
  maxValueLength: number;
}

/** What a filled-in form asks for. */
export interface Task {
  /** The Heap environment it goes to: digits. */
  environmentId: string;
  /** What each record is. */
  kind: KindName;
  /** Everything is done but sending. */
  dryRun: boolean;
  /** What becomes of a text over Heap's limit. */
  longValues: "truncate" | "drop";
  /** `changed`: a record that Heap was last confirmed to hold just so is not sent. */
  sync: "all" | "changed";
  /**
   * Turns the rows of one result into records for the sink.
   * @param startedAt when the delivery was begun, in milliseconds since 1970
   */
  mapper(sink: UpdateSink, startedAt: number): ResultReader;
}

/** What a clicked cell becomes. */
interface CellResult {
  /** What is done, as the deliveries are listed: nothing private. */
  title: string;
  /** JSON, as Looker writes the result of a query. */
  document: string;
}

export interface Declaration<F extends Fields> {
  /** Stands in addresses and in saved schedules: `[a-z_]+`, and never changes. */
  name: string;
  label: string;
  fields: F;
  /** Field → what is wrong with its value beside the others. Absent: each field stands alone. */
  check?(values: ValuesOf<F>): Readonly<Record<string, string>>;
  /** Makes a result of the value of a cell that was clicked. Absent: the action takes that of a query. */
  cell?(value: string, values: ValuesOf<F>): CellResult;
  task(values: ValuesOf<F>, around: Around): Task;
}

export interface Action {
  readonly name: string;
  readonly label: string;
  readonly fields: Fields;
  /**
   * @param params as Looker sends them
   * @param environments that may be sent to; empty: any
   * @param shown the fields with the texts that the person has read, where those are not the declared ones
   * @throws FormError with a sentence for each field that is wrong
   */
  read(
    params: Readonly<Record<string, unknown>>,
    environments: readonly OfferedEnvironment[],
    shown?: Fields,
  ): FormValues;
  /** Absent: the action takes the result of a query. @param values as `read` gave them */
  readonly cell?: (value: string, values: FormValues) => CellResult;
  /**
   * @param values as `read` gave them; a field that was not there yet when they were kept has its default
   * @throws FormError when they were kept by another version, and are none of this one's
   */
  task(values: FormValues, around: Around): Task;
}

/** Whoever has the action need not know its fields; what the declaration does with them knows each one's type. */
export function defineAction<const F extends Fields>(declaration: Declaration<F>): Action {
  const { name, label, fields, cell } = declaration;
  return {
    name,
    label,
    fields,
    read(params, environments, shown) {
      const values = readForm(fields, params, environments, shown);
      const problems = declaration.check?.(values) ?? {};
      if (Object.keys(problems).length > 0) throw new FormError(problems);
      return values;
    },
    ...(cell && { cell: (value, values) => cell(value, readForm(fields, values, [])) }),
    // Where it may go was checked when it was read: a result that is read again goes where the first one went.
    task: (values, around) => declaration.task(readForm(fields, values, []), around),
  };
}
