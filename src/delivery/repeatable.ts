/** What is kept with a delivery, so that its result can be read again: also after a restart, by another version. */

import type { DeliveryRequest, QuerySource } from "../looker";
import { NO_VISUALIZATION } from "../mapping";

export type Repeatable = Pick<DeliveryRequest, "action" | "form" | "visualization"> & { source: QuerySource };

/** As it was kept while nothing of the visualization was of use but what it hides. */
interface WithoutVisualization extends Omit<Repeatable, "visualization"> {
  hiddenFields: readonly string[];
}

/** As it was kept while there was one action: without its name, and the form's values under names of the code's. */
interface Former extends Pick<WithoutVisualization, "source" | "hiddenFields"> {
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

export function keepRepeatable({ action, form, visualization, source }: Repeatable): string {
  const kept: Repeatable = { action, form, visualization, source };
  return JSON.stringify(kept);
}

/** @param kept a text of `keepRepeatable`'s, also of an earlier version's */
export function readRepeatable(kept: string): Repeatable {
  const read: Repeatable | WithoutVisualization | Former = JSON.parse(kept);
  if (!("hiddenFields" in read)) return read;
  const { source, hiddenFields } = read;
  const visualization = { ...NO_VISUALIZATION, hiddenFields };
  if (read.action !== undefined) return { action: read.action, form: read.form, visualization, source };
  const { form } = read;
  return {
    visualization,
    source,
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
