/** A setting that is written wrong is told of: it would have no effect, and might leave a door open. */

import fc from "fast-check";
import { readConfig } from "../src/config";
import { unknownSettings } from "../src/unknown-settings";

const found = (name: string, value = "secret-word") => readConfig({ [name]: value }).unknownSettings;

it.each([
  ["LOOKER_ALOWED_ORIGINS", "LOOKER_ALLOWED_ORIGINS"],
  ["LOOKER_ALLOWED_ORIGIN", "LOOKER_ALLOWED_ORIGINS"],
  ["LOKOER_ALLOWED_ORIGINS", "LOOKER_ALLOWED_ORIGINS"],
  ["looker_allowed_origins", "LOOKER_ALLOWED_ORIGINS"],
  ["HEAP_ENVIRONMENT", "HEAP_ENVIRONMENTS"],
  ["ACTION_HUB_TOKEN", "ACTION_HUB_TOKENS"],
  ["ADMIN_TOKEN_FILE", "ADMIN_TOKENS_FILE"],
  ["DATADIR", undefined],
  ["DATA_DIRS", "DATA_DIR"],
  ["NOTIFY_WEBHOOK_URI", "NOTIFY_WEBHOOK_URL"],
  ["port", "PORT"],
])("%s is nearly %s", (name, meant) => {
  const expected = meant === undefined ? [] : [`${name} is no setting and has no effect: is ${meant} meant?`];
  expect(found(name)).toEqual(expected);
});

it.each(["HEAP_REGION", "LOOKER_TOKEN", "OUTBOX_SIZE", "ACTION_HUB_SECRET", "LOOKERSDK_VERIFY_SSL"])(
  "%s begins as ours do, and is none",
  (name) => {
    expect(found(name)).toEqual([
      `${name} is no setting and has no effect: docs/settings.md lists what there is`,
    ]);
  },
);

it.each([
  ["PATH", "/bin"],
  ["HOME", "/root"],
  ["NODE_OPTIONS", "--enable-source-maps"],
  ["HEAP_REGION", "  "],
  ["LOOKER_HEAP_ACTION_HUB_SERVICE_HOST", "10.0.0.1"],
  ["LOOKER_HEAP_ACTION_HUB_SERVICE_PORT_HTTP", "80"],
  ["LOOKER_HEAP_ACTION_HUB_PORT", "tcp://10.0.0.1:80"],
  ["LOOKER_HEAP_ACTION_HUB_PORT_80_TCP_PROTO", "tcp"],
])("%s=%s is somebody else's", (name, value) => {
  expect(found(name, value)).toEqual([]);
});

it("what is set is no slip, with a file too", () => {
  expect(readConfig({ PORT: "1", ACTION_HUB_TOKENS: "x", LOOKER_RERUN: "no" }).unknownSettings).toEqual([]);
  expect(unknownSettings({ ADMIN_TOKENS_FILE: "/x" }, ["ADMIN_TOKENS", "ADMIN_TOKENS_FILE"])).toEqual([]);
});

it("one character of a long name left out, added, changed or swapped is found, whichever it is", () => {
  const known = ["LOOKER_ALLOWED_ORIGINS", "REJECTS_TOLERATED_PERCENT", "RETENTION_DAYS"];
  const letter = fc.constantFrom(..."ABCXYZ_");
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(), letter, fc.nat(3), (name, place, other, how) => {
      const at = place % name.length;
      const [before, here, after] = [name.slice(0, at), name[at] ?? "", name.slice(at + 1)];
      const swapped = after.slice(0, 1) + here + after.slice(1);
      const slip = before + ([after, other + here + after, other + after, swapped][how] ?? "");
      fc.pre(slip !== name);
      expect(unknownSettings({ [slip]: "x" }, known)).toEqual([expect.stringContaining(`is ${name} meant?`)]);
    }),
  );
});
