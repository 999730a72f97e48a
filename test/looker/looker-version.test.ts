/** Which format Looker is asked for, by its version. */

import { formatsFor } from "../../src/looker/looker-version";

it.each(["6.2", "6.2.1", "6.10", "6.24.12", "7.3.00004561", "7", "10.0", "24.20.0", "007.03", "23.0-beta"])(
  "asks Looker %s for a stream without a row limit",
  (version) => {
    expect(formatsFor(`LookerOutgoingWebhook/${version}`)).toEqual(["json_detail_lite_stream"]);
  },
);

it.each(["6.1", "6.1.99", "6.0", "6", "5.24", "5", "06.01", "4.99.123"])(
  "asks Looker %s for the format before it",
  (version) => {
    expect(formatsFor(`LookerOutgoingWebhook/${version}`)).toEqual(["json_detail"]);
  },
);

it.each([
  undefined,
  "",
  "LookerOutgoingWebhook",
  "LookerOutgoingWebhook/",
  "LookerOutgoingWebhook/beta",
  "curl/5.1",
])("takes a Looker that hides its version (%s) for a new one", (userAgent) => {
  expect(formatsFor(userAgent)).toEqual(["json_detail_lite_stream"]);
});

it("finds the version in any casing and beside other products", () => {
  expect(formatsFor("proxy/9.9 lookeroutgoingwebhook/5.2 (x)")).toEqual(["json_detail"]);
});
