/** What is kept with a delivery, so that its result can be read again: also after a restart, by another version. */

import type { DeliveryRequest, QuerySource } from "../looker";

export type Repeatable = Pick<DeliveryRequest, "action" | "form" | "hiddenFields"> & { source: QuerySource };

/** As it was kept while there was one action: without its name, and the form's values under names of the code's. */
interface Former extends Omit<Repeatable, "action" | "form"> {
  action?: undefined;
  form: {
    environmentId: string;
    propertyType: string;
    heapField: string;
    propertyNames: string;
    sync: string;
    longValues: string;
    dryRun: boolean;
  };
}

export function keepRepeatable({ action, form, hiddenFields, source }: Repeatable): string {
  const kept: Repeatable = { action, form, hiddenFields, source };
  return JSON.stringify(kept);
}

/** @param kept a text of `keepRepeatable`'s, or of a version that did not name the action yet */
export function readRepeatable(kept: string): Repeatable {
  const read: Repeatable | Former = JSON.parse(kept);
  if (read.action !== undefined) return read;
  const { form, ...rest } = read;
  return {
    ...rest,
    action: "heap",
    form: {
      env_id: form.environmentId,
      property_type: form.propertyType,
      heap_field: form.heapField,
      property_names: form.propertyNames,
      sync: form.sync,
      long_values: form.longValues,
      dry_run: form.dryRun ? "yes" : "no",
    },
  };
}
