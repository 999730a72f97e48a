/** What may be told of an error anywhere. */

import { readFileSync } from "node:fs";
import { errorCode } from "../src/error-code";

const coded = (code: unknown) => Object.assign(new Error("secret"), { code });

it("is its own code", () => {
  expect(errorCode(coded("E_OWN"))).toBe("E_OWN");
});

it("is the code of an error of Node's own, which is of another realm in a test", () => {
  const read = () => {
    try {
      return readFileSync("/no/such/file");
    } catch (error) {
      return error;
    }
  };
  expect(errorCode(read())).toBe("ENOENT");
});

it("is its cause's code where it has none", () => {
  expect(errorCode(new TypeError("fetch failed", { cause: coded("ECONNRESET") }))).toBe("ECONNRESET");
});

it("is its name where there is no code", () => {
  expect(errorCode(new RangeError("secret"))).toBe("RangeError");
  expect(errorCode(new RangeError("secret", { cause: new Error("secret") }))).toBe("RangeError");
  expect(errorCode(coded(42))).toBe("Error");
});

it.each(["secret", { code: 5 }, null, undefined])("is unknown for what is no error: %j", (thrown) => {
  expect(errorCode(thrown)).toBe("unknown");
});
