/** The manifest: `actions.json`, as far as its shape goes. It has what Looker is told of each action. */

import { readFileSync } from "node:fs";
import Ajv, { type ErrorObject, type JSONSchemaType } from "ajv";
import { SetupError } from "../errors";

interface FormOption {
  name: string;
  label: string;
}

/** A form field as Looker is shown it. */
export interface FormField {
  name: string;
  label: string;
  description: string;
  type: "string" | "select";
  required: boolean;
  default?: string;
  options?: FormOption[];
}

export interface ManifestAction {
  name: string;
  label: string;
  description: string;
  supported_action_types: string[];
  supported_formattings: string[];
  supported_visualization_formattings: string[];
  supported_download_settings: string[];
  uses_oauth: boolean;
  required_fields: object[];
  params: object[];
  icon_data_uri: string;
  form: FormField[];
}

export interface Manifest {
  label: string;
  actions: ManifestAction[];
}

const TEXT = { type: "string", minLength: 1 } as const;

function listOf(...values: string[]) {
  return { type: "array", minItems: 1, uniqueItems: true, items: { type: "string", enum: values } } as const;
}

const FIELD: JSONSchemaType<FormField> = {
  type: "object",
  additionalProperties: false,
  required: ["name", "label", "description", "type", "required"],
  properties: {
    name: { ...TEXT, pattern: "^[a-z_]+$" },
    label: TEXT,
    description: TEXT,
    type: { type: "string", enum: ["string", "select"] },
    required: { type: "boolean" },
    default: { ...TEXT, nullable: true },
    options: {
      type: "array",
      minItems: 1,
      nullable: true,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "label"],
        properties: { name: TEXT, label: TEXT },
      },
    },
  },
};

const SCHEMA: JSONSchemaType<Manifest> = {
  type: "object",
  additionalProperties: false,
  required: ["label", "actions"],
  properties: {
    label: TEXT,
    actions: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: [
          "name",
          "label",
          "description",
          "supported_action_types",
          "supported_formattings",
          "supported_visualization_formattings",
          "supported_download_settings",
          "uses_oauth",
          "required_fields",
          "params",
          "icon_data_uri",
          "form",
        ],
        properties: {
          name: { ...TEXT, pattern: "^[a-z_]+$" },
          label: TEXT,
          description: TEXT,
          supported_action_types: listOf("query", "cell"),
          supported_formattings: listOf("unformatted"),
          supported_visualization_formattings: listOf("noapply"),
          supported_download_settings: listOf("url", "push"),
          uses_oauth: { type: "boolean" },
          required_fields: { type: "array", items: { type: "object", required: [] } },
          params: { type: "array", items: { type: "object", required: [] } },
          icon_data_uri: { type: "string", pattern: "^data:image/" },
          form: { type: "array", minItems: 1, items: FIELD },
        },
      },
    },
  },
};

const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(SCHEMA);

/** @throws SetupError naming the file, the place in it and what is wrong there */
export function readManifest(path: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SetupError(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (validate(manifest)) return manifest;
  throw new SetupError(`${path} is wrong ${(validate.errors ?? []).map(describeError).join("; ")}.`);
}

function describeError(error: ErrorObject): string {
  const place =
    error.instancePath === "" ? "at its top" : `at ${error.instancePath.slice(1).replaceAll("/", ".")}`;
  const extra: unknown = error.params["additionalProperty"] ?? error.params["allowedValues"];
  const detail = extra === undefined ? "" : ` (${Array.isArray(extra) ? extra.join(", ") : String(extra)})`;
  return `${place}: ${error.message ?? "not valid"}${detail}`;
}
