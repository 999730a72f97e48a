/** What the protocol needs to know of an action: what Looker is told of it, its form, and what is read of that. */

import type { FormField, ManifestAction } from "./manifest";

/** A Heap environment that the form offers. */
export interface OfferedEnvironment {
  name: string;
  /** Digits. */
  id: string;
}

export interface OfferedAction {
  name: string;
  /** All that Looker is told of it beside its addresses and formats. */
  integration: Readonly<Omit<ManifestAction, "form">>;
  /** @param environments that may be sent to; empty: any */
  form(environments: readonly OfferedEnvironment[]): FormField[];
  /**
   * Makes a result of the value of a cell that was clicked, and says what is done. Absent: the action takes that of a query.
   * @param form as `read` gave it
   */
  cell?: (value: string, form: Readonly<Record<string, string>>) => { title: string; document: string };
  /**
   * @param params as Looker sends them: strings, and missing, null or empty where nothing was entered
   * @returns form field → its value, with the defaults of what was left out
   * @throws FormError with a sentence for each field that is wrong
   */
  read(
    params: Readonly<Record<string, unknown>>,
    environments: readonly OfferedEnvironment[],
  ): Readonly<Record<string, string>>;
}
