/** The action `heap_cell`: sets one property of the user (or account) whose identity is the value of a cell. */

import { isForbiddenKey, MAX_KEY_LENGTH } from "../batches";
import { Mapper } from "../mapping";
import { type Declaration, defineAction } from "./action";
import type { Fields, ValuesOf } from "./fields";
import { kindOfProperties } from "./kind-of-properties";
import { ENVIRONMENT, MATCH_BY, PROPERTY_TYPE } from "./shared-fields";

const FIELDS = {
  env_id: ENVIRONMENT,
  property_type: { ...PROPERTY_TYPE, label: "What the cell names", description: "One user, or one account." },
  match_by: MATCH_BY,
  property: {
    type: "text",
    label: "Property",
    description:
      "The name of the property in Heap, for example Priority. One that Heap does not have is made.",
    required: true,
  },
  value: {
    type: "text",
    label: "Value",
    description: "What it is set to. Left empty, it is set to an empty text.",
    required: false,
  },
  value_type: {
    type: "choice",
    label: "What the value is",
    description: "A number is written as 1234.5, without spaces or commas.",
    required: false,
    values: { text: "Text", number: "Number" },
  },
} as const satisfies Fields;

type Values = ValuesOf<typeof FIELDS>;

/** JSON's numbers: nothing else is sent as one. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Longest number, in characters: a number is never cut. */
const MAX_NUMBER_LENGTH = 255;

/** Columns of the result that a cell becomes. */
const IDENTITY = "cell";
const VALUE = "value";

function check({ property, value, value_type }: Values): Record<string, string> {
  const isNumber = NUMBER.test(value) && value.length <= MAX_NUMBER_LENGTH;
  const problem = propertyProblem(property);
  return {
    ...(problem !== undefined && { property: problem }),
    ...(value_type === "number" && !isNumber && { value: `"${value}" is no number: write it as 1234.5.` }),
  };
}

function propertyProblem(property: string): string | undefined {
  if (isForbiddenKey(property)) return `Heap takes no property called "${property}".`;
  if (property.length > MAX_KEY_LENGTH)
    return `A property's name has at most ${MAX_KEY_LENGTH} characters, and this one has ${property.length}.`;
  return undefined;
}

/** A result of one row, so that a cell goes the way that every result does. */
function resultOf(cell: string, { property, value, value_type }: Values): string {
  const dimensions = [
    { name: IDENTITY, label: "the cell" },
    { name: VALUE, label: property },
  ];
  const json = value_type === "number" ? value : JSON.stringify(value);
  const row = `{"${IDENTITY}":{"value":${JSON.stringify(cell)}},"${VALUE}":{"value":${json}}}`;
  return `{"fields":${JSON.stringify({ dimensions })},"data":[${row}]}`;
}

const HEAP_CELL: Declaration<typeof FIELDS> = {
  name: "heap_cell",
  label: "Set a property in Heap",
  fields: FIELDS,
  check,
  cell: (value, values) => ({
    title: `Set ${values.property} of one ${values.property_type}`,
    document: resultOf(value, values),
  }),
  task: (values, { visualization, maxValueLength }) => ({
    environmentId: values.env_id,
    kind: kindOfProperties(values),
    dryRun: false,
    longValues: "truncate",
    sync: "all",
    mapper: (sink) =>
      new Mapper(
        {
          propertyType: values.property_type,
          heapField: IDENTITY,
          propertyNames: "label",
          longValues: "truncate",
          maxValueLength,
          emptyCells: "keep",
          visualization,
        },
        sink,
      ),
  }),
};

export const heapCell = defineAction(HEAP_CELL);
