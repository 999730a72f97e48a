/** Which numbers a double gives back unchanged. */

import fc from "fast-check";
import { isExactNumber } from "../../src/mapping/exact-number";

/** As it stands in a row, with something on either side. */
function isExact(text: string): boolean {
  return isExactNumber(Buffer.from(`9${text}9`), 1, 1 + text.length);
}

describe("a number is exact in a double when it is", () => {
  it.each([
    ["zero", ["0", "-0", "0.0", "-0.000", "0e5", "0E-999999999999999999999"]],
    [
      "an integer within ±2^53",
      ["1", "-7", "999999999999999", "9007199254740991", "9007199254740992", "-9007199254740992"],
    ],
    ["a decimal of up to 15 digits", ["0.1", "-12.50", "1234567.89012345", "0.00000000000001"]],
    [
      "a longer decimal that is the double's own text",
      ["0.30000000000000004", "123456789.12345679", "1.7976931348623157"],
    ],
    ["a decimal with zeros at its end", ["1.5000000000000000000000", "100.00000000000000000"]],
    [
      "the same in powers of ten",
      ["1e3", "1E+3", "1.50e-7", "5e-324", "1.7976931348623157e308", "12.5e1", "1e-000000000000000000001"],
    ],
  ])("%s", (_name, texts) => {
    expect(texts.filter((text) => !isExact(text))).toEqual([]);
  });

  it.each([
    [
      "an integer beyond ±2^53",
      ["9007199254740993", "-9007199254740993", "10000000000000000", "12345678901234567890"],
    ],
    ["even one that happens to fit", ["9007199254740994", "18014398509481984", "100000000000000000000"]],
    [
      "a decimal with more digits than the double has",
      ["0.1000000000000000055", "1.23456789012345678", "9007199254740993.0"],
    ],
    ["too large", ["1e309", "-1e400", "1.8e308", "1e99999999999999999999"]],
    ["too small", ["1e-400", "4e-324", "1e-99999999999999999999"]],
  ])("and not when it is %s", (_name, texts) => {
    expect(texts.filter(isExact)).toEqual([]);
  });

  it("any double's own text", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        fc.pre(Math.abs(double) < 2 ** 53 || String(double).includes("e"));
        expect(isExact(String(double))).toBe(true);
      }),
    );
  });
});
