/** What the form of an action asks for: fields with their texts, and the types of the values they give. */

interface AnyField {
  /** Name of the field, as the person in Looker reads it. */
  label: string;
  /** What to enter, in whole sentences. */
  description: string;
  /** Whether something must be entered. A field that is added later is optional: saved schedules do not have it. */
  required: boolean;
}

/** Free text; `""` where nothing was entered. */
interface TextField extends AnyField {
  type: "text";
}

/** One of several values. */
export interface ChoiceField extends AnyField {
  type: "choice";
  /** Value → its label. The first is the default. Values are words, in lower case. */
  values: Readonly<Record<string, string>>;
  /** Values that another action has, and why this one does not: a whole sentence. */
  refused?: Readonly<Record<string, string>>;
  /** The setting of the hub that says what an empty value means; absent: it is the first. */
  setting?: string;
}

/** The ID of a Heap environment: a choice where the hub has a list of them, else digits. */
interface EnvironmentField extends AnyField {
  type: "environment";
}

export type Field = TextField | ChoiceField | EnvironmentField;

/** Name of a form field, as saved schedules have it → the field. In the order of the form. */
export type Fields = Readonly<Record<string, Field>>;

/** Field name → its value, checked, with the defaults of what was left out. */
export type FormValues = Readonly<Record<string, string>>;

/** The values of these fields and no others, each choice as one of its values. */
export type ValuesOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends ChoiceField ? keyof F[Name]["values"] & string : string;
};

/** What an empty value of a choice means. */
export function defaultOf({ values }: ChoiceField): string {
  return Object.keys(values)[0] ?? "";
}

/** A Heap environment that a form offers. */
export interface OfferedEnvironment {
  name: string;
  /** Digits. */
  id: string;
}
