/** The action `heap_events`: every row of a query becomes one event of a user. */

import { MAX_EVENT_NAME_LENGTH } from "../batches";
import { EventMapper, isTimeZone } from "../mapping";
import { type Declaration, defineAction } from "./action";
import type { Fields, ValuesOf } from "./fields";
import { DRY_RUN, ENVIRONMENT, LONG_VALUES, PROPERTY_NAMES } from "./shared-fields";

export const FIELDS = {
  env_id: ENVIRONMENT,
  heap_field: {
    type: "text",
    label: "Column with the identity",
    description:
      "Whose event it is. The column's name or label in this query, for example Users Email. Left empty, it is the column " +
      "tagged heap_identity, user_id or email in LookML.",
    required: false,
  },
  match_by: {
    type: "choice",
    label: "How Heap finds a user",
    description:
      "Events go to users by their identity. Heap documents no way to send them by e-mail: where the e-mail is the identity in " +
      "Heap, choose its column above.",
    required: false,
    values: { identity: "By identity" },
    refused: {
      email:
        "Heap documents no way to send events by e-mail, so they go by identity only. Where the e-mail is the identity in " +
        "Heap, name its column as the one with the identity.",
    },
  },
  event: {
    type: "text",
    label: "Name of the events",
    description: "One name for all rows, for example Order Paid. Left empty, the name is in a column.",
    required: false,
  },
  event_field: {
    type: "text",
    label: "Column with the event's name",
    description:
      "Where each row says its own name. Left empty, it is the column tagged heap_event_name in LookML. A row without a " +
      "name is skipped.",
    required: false,
  },
  time_field: {
    type: "text",
    label: "Column with the time",
    description:
      "When it happened: as 2025-03-30 14:05:00, or ISO 8601. Left empty, it is the column tagged heap_event_time in " +
      "LookML; without one, every event has the time of the delivery.",
    required: false,
  },
  time_zone: {
    type: "text",
    label: "Time zone",
    description:
      "Of times that do not say theirs: the one that the query's times are shown in, for example Europe/Berlin. Left empty, UTC.",
    required: false,
  },
  key_field: {
    type: "text",
    label: "Column with the event's key",
    description:
      "What tells two events of one user, name and time apart, for example Orders ID: the same key sent again is the same " +
      "event. Left empty, it is the column tagged heap_event_key in LookML; without one, all properties do.",
    required: false,
  },
  property_names: PROPERTY_NAMES,
  long_values: LONG_VALUES,
  dry_run: DRY_RUN,
} as const satisfies Fields;

type Values = ValuesOf<typeof FIELDS>;

function check({ event, event_field, time_zone }: Values): Record<string, string> {
  return {
    ...(event.length > MAX_EVENT_NAME_LENGTH && {
      event: `An event's name has at most ${MAX_EVENT_NAME_LENGTH} characters, and this one has ${event.length}.`,
    }),
    ...(event !== "" &&
      event_field !== "" && {
        event_field: "Enter a name for all events, or the column that holds the name of each, and not both.",
      }),
    ...(time_zone !== "" &&
      !isTimeZone(time_zone) && {
        time_zone: `"${time_zone}" is no time zone: enter a name such as UTC, Europe/Berlin or America/New_York.`,
      }),
  };
}

const HEAP_EVENTS: Declaration<typeof FIELDS> = {
  name: "heap_events",
  label: "Heap events",
  fields: FIELDS,
  check,
  task: (values, { visualization, maxValueLength }) => ({
    environmentId: values.env_id,
    kind: "event",
    dryRun: values.dry_run === "yes",
    longValues: values.long_values,
    sync: "all",
    mapper: (sink, startedAt) =>
      new EventMapper(
        {
          environmentId: values.env_id,
          event: values.event,
          eventField: values.event_field,
          timeField: values.time_field,
          keyField: values.key_field,
          timeZone: values.time_zone || "UTC",
          startedAt,
          mapping: {
            propertyType: "user",
            heapField: values.heap_field,
            propertyNames: values.property_names,
            longValues: values.long_values,
            maxValueLength,
            emptyCells: "keep",
            visualization,
          },
        },
        sink,
      ),
  }),
};

export const heapEvents = defineAction(HEAP_EVENTS);
