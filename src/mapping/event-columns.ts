/** Which columns say what an event is called, when it was, and by what it is known again. */

import { FormError } from "../errors";
import type { EventOptions } from "./event-options";
import { columnsOf, findField } from "./find-field";
import type { Column, Field, QueryFields } from "./query-result";

export class EventColumns {
  /** `Column.index` of each; -1 where there is none, or it has not been met yet. */
  name = -1;
  time = -1;
  key = -1;
  /** Their labels, for the report. */
  nameLabel = "";
  timeLabel = "";
  /** Whether times are those of a column. */
  readonly hasTime: boolean;
  /** Columns that are no properties → why, a whole sentence. */
  readonly apart: ReadonlyMap<Field, string>;
  private readonly nameField: Field | undefined;
  private readonly timeField: Field | undefined;
  private readonly keyField: Field | undefined;

  /** @throws FormError when the form and the tags do not say which they are */
  constructor(query: QueryFields, { event, eventField, timeField, keyField }: EventOptions) {
    if (event === "") this.nameField = nameFieldOf(query, eventField);
    this.timeField = findField(query, {
      formField: "time_field",
      entered: timeField,
      tags: ["heap_event_time"],
      what: "the event's time",
    });
    this.keyField = findField(query, {
      formField: "key_field",
      entered: keyField,
      tags: ["heap_event_key"],
      what: "the event's key",
    });
    this.hasTime = this.timeField !== undefined;
    this.apart = new Map([
      ...(this.nameField ? [[this.nameField, "It holds the event's name."] as const] : []),
      ...(this.timeField ? [[this.timeField, "It holds the event's time."] as const] : []),
    ]);
  }

  /** Takes a column that has just been met. */
  add({ field, index }: Column): void {
    if (field === this.nameField) {
      this.name = index;
      this.nameLabel = field.label;
    }
    if (field === this.timeField) {
      this.time = index;
      this.timeLabel = field.label;
    }
    if (field === this.keyField) this.key = index;
  }
}

/** @throws FormError when there is none */
function nameFieldOf(query: QueryFields, entered: string): Field {
  const tags = ["heap_event_name"];
  const field = findField(query, { formField: "event_field", entered, tags, what: "the event's name" });
  if (field) return field;
  throw new FormError({
    event:
      "Enter a name for all events, or the column that holds the name of each, or tag that column in LookML with " +
      `heap_event_name. ${columnsOf(query)}`,
  });
}
