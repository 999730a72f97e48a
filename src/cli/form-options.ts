/** The form's fields as options of a command. */

import type { Command } from "commander";
import type { Config } from "../config";
import { FormError, SetupError } from "../errors";
import { type Action, readForm } from "../looker";

/** The options, by the name of the form field they stand for. */
export interface FormOptions {
  envId?: string;
  propertyType?: string;
  heapField?: string;
  propertyNames?: string;
  sync?: string;
  longValues?: string;
  dryRun?: boolean;
}

export function addFormOptions(command: Command): Command {
  return command
    .requiredOption("--env-id <digits>", "Heap environment ID")
    .option("--property-type <type>", "what a row is: user or account", "user")
    .option(
      "--heap-field <column>",
      "the column with the identity or account ID; left out: found by its LookML tag",
    )
    .option("--property-names <which>", "label, label_short or name", "label")
    .option("--sync <what>", "all, or changed: only what differs from what was last delivered", "all")
    .option("--long-values <how>", "texts over 255 characters: truncate or drop", "truncate")
    .option("--dry-run", "check and report everything, send nothing", false);
}

/** Form field → its value, as Looker would send it; what was left out is not there. */
export function formParams(options: FormOptions): Record<string, string> {
  const params = {
    env_id: options.envId,
    property_type: options.propertyType,
    heap_field: options.heapField,
    property_names: options.propertyNames,
    sync: options.sync,
    long_values: options.longValues,
    dry_run: options.dryRun ? "yes" : "no",
  };
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** @throws SetupError with a sentence for each value that is wrong */
export function readFormOptions(action: Action | undefined, options: FormOptions, config: Config) {
  if (!action) throw new SetupError("actions.json has no action.");
  try {
    return readForm(action, formParams(options), config.environments);
  } catch (error) {
    if (error instanceof FormError) throw new SetupError(error.message);
    throw error;
  }
}
