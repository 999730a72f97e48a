/** Which action a command is for. */

import { InvalidArgumentError, Option } from "commander";
import { ACTIONS, type Action, heap, QUERY_ACTIONS } from "../actions";

const NAMES = ACTIONS.map(({ name }) => name);

/** `--action NAME`; left out, it is `heap`. */
export function actionOption(description: string): Option {
  return new Option("--action <name>", description)
    .choices(QUERY_ACTIONS.map(({ name }) => name))
    .default(heap.name);
}

/** `--actions NAME,NAME`; left out, it is `heap` alone. */
export function actionsOption(description: string): Option {
  return new Option("--actions <names>", `${description}: ${NAMES.join(", ")}`)
    .argParser(readNames)
    .default([heap.name], heap.name);
}

/** The action that was chosen. */
export function chosenAction(name: string): Action {
  return ACTIONS.find((action) => action.name === name) ?? heap;
}

function readNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no action "${unknown}", only ${NAMES.join(", ")}.`);
  return [...new Set(names)];
}
