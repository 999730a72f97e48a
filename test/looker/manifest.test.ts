/** actions.json is what Looker is shown: a typo in it stops the start, and is named by its place. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "../../src/errors";
import { readManifest } from "../../src/looker";
import { shippedManifest } from "../helpers/manifest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "manifest-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, "actions.json");
  writeFileSync(file, text);
  return file;
}

/** The place in actions.json, as a path of keys and list indexes. */
type Place = readonly (string | number)[];

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

/** The shipped manifest with one value replaced, added or, if it is undefined, taken out. */
function withTypo(place: Place, value: unknown): string {
  const manifest = shippedManifest();
  const parent = place
    .slice(0, -1)
    .reduce<unknown>((at, key) => (isContainer(at) ? at[key] : undefined), manifest);
  const last = place.at(-1);
  if (!isContainer(parent) || last === undefined) throw new Error("there is no such place in actions.json");
  parent[last] = value;
  return JSON.stringify(manifest);
}

function problemOf(text: string): string {
  const file = fileWith(text);
  try {
    readManifest(file);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    expect(error.message).toContain(file);
    return error.message.replace(file, "FILE");
  }
  throw new Error("the manifest was taken for right");
}

it("takes the manifest that is shipped", () => {
  expect(shippedManifest().actions.map((action) => action.name)).toEqual([
    "heap",
    "heap_events",
    "heap_cell",
  ]);
});

const ACTION: Place = ["actions", 0];
const FIELD: Place = [...ACTION, "form", 1];

describe("a value of the wrong kind", () => {
  it.each<[Place, unknown, string]>([
    [["label"], 5, "at label: must be string"],
    [["label"], "", "at label: must NOT have fewer than 1 characters"],
    [["actions"], {}, "at actions: must be array"],
    [["actions"], [], "at actions: must NOT have fewer than 1 items"],
    [[...ACTION, "name"], "Heap Users", 'at actions.0.name: must match pattern "^[a-z_]+$"'],
    [[...ACTION, "uses_oauth"], "false", "at actions.0.uses_oauth: must be boolean"],
    [
      [...ACTION, "supported_action_types"],
      ["querry"],
      "at actions.0.supported_action_types.0: must be equal to one of the allowed values (query, cell)",
    ],
    [
      [...ACTION, "supported_formattings"],
      ["formatted"],
      "at actions.0.supported_formattings.0: must be equal to one of the allowed values (unformatted)",
    ],
    [
      [...ACTION, "supported_visualization_formattings"],
      ["apply"],
      "at actions.0.supported_visualization_formattings.0: must be equal to one of the allowed values (noapply)",
    ],
    [
      [...ACTION, "supported_download_settings"],
      [],
      "at actions.0.supported_download_settings: must NOT have fewer than 1 items",
    ],
    [[...ACTION, "required_fields"], {}, "at actions.0.required_fields: must be array"],
    [[...ACTION, "params"], ["x"], "at actions.0.params.0: must be object"],
    [
      [...ACTION, "icon_data_uri"],
      "https://example.com/icon.svg",
      'at actions.0.icon_data_uri: must match pattern "^data:image/"',
    ],
    [[...ACTION, "form"], [], "at actions.0.form: must NOT have fewer than 1 items"],
    [[...FIELD, "name"], "property type", 'at actions.0.form.1.name: must match pattern "^[a-z_]+$"'],
    [
      [...FIELD, "type"],
      "dropdown",
      "at actions.0.form.1.type: must be equal to one of the allowed values (string, select)",
    ],
    [[...FIELD, "required"], "yes", "at actions.0.form.1.required: must be boolean"],
    [[...FIELD, "default"], 1, "at actions.0.form.1.default: must be string"],
    [[...FIELD, "options"], [], "at actions.0.form.1.options: must NOT have fewer than 1 items"],
    [[...FIELD, "options", 0, "label"], 1, "at actions.0.form.1.options.0.label: must be string"],
  ])("at %j is named by its place", (place, value, problem) => {
    expect(problemOf(withTypo(place, value))).toBe(`FILE is wrong ${problem}.`);
  });
});

describe("a key that is misspelt", () => {
  it.each<[Place, string]>([
    [["lable"], "at its top: must NOT have additional properties (lable)"],
    [
      [...ACTION, "supported_actions"],
      "at actions.0: must NOT have additional properties (supported_actions)",
    ],
    [[...FIELD, "requierd"], "at actions.0.form.1: must NOT have additional properties (requierd)"],
    [
      [...FIELD, "options", 0, "value"],
      "at actions.0.form.1.options.0: must NOT have additional properties (value)",
    ],
  ])("at %j is named", (place, problem) => {
    expect(problemOf(withTypo(place, "x"))).toBe(`FILE is wrong ${problem}.`);
  });
});

describe("a key that is missing", () => {
  it.each(Object.keys(shippedManifest()))("at the top is named: %s", (key) => {
    expect(problemOf(withTypo([key], undefined))).toBe(
      `FILE is wrong at its top: must have required property '${key}'.`,
    );
  });

  it.each(Object.keys(shippedManifest().actions[0] ?? {}))("in an action is named: %s", (key) => {
    expect(problemOf(withTypo([...ACTION, key], undefined))).toBe(
      `FILE is wrong at actions.0: must have required property '${key}'.`,
    );
  });

  it.each(["name", "label", "description", "type", "required"])("in a form field is named: %s", (key) => {
    expect(problemOf(withTypo([...FIELD, key], undefined))).toBe(
      `FILE is wrong at actions.0.form.1: must have required property '${key}'.`,
    );
  });

  it.each(["name", "label"])("in an option is named: %s", (key) => {
    expect(problemOf(withTypo([...FIELD, "options", 1, key], undefined))).toBe(
      `FILE is wrong at actions.0.form.1.options.1: must have required property '${key}'.`,
    );
  });
});

it("names every typo at once", () => {
  const manifest = { ...shippedManifest(), label: "", lable: "Heap" };
  expect(problemOf(JSON.stringify(manifest))).toBe(
    "FILE is wrong at its top: must NOT have additional properties (lable); " +
      "at label: must NOT have fewer than 1 characters.",
  );
});

it.each(["", "{", '{"label":"Heap",}', "<html>"])("says that a file with %j is not JSON", (text) => {
  expect(problemOf(text)).toMatch(/^FILE can't be read: .*JSON/);
});

it.each(["null", "[]", '"Heap"', "5"])("says that %s is no manifest", (text) => {
  expect(problemOf(text)).toMatch(/^FILE is wrong at its top: must be object/);
});

it("says that there is no file", () => {
  expect(() => readManifest(join(folder, "none.json"))).toThrow(/none\.json can't be read: .*ENOENT/);
});
