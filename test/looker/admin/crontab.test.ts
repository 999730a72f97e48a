/** A crontab is taken when Looker takes it, and refused with a sentence. */

import { crontabProblem } from "../../../src/looker";

it.each(["0 6 * * *", "*/15 8-18 * * MON-FRI", "30 2 1,15 * *", "0 0 1 JAN *"])("takes %s", (crontab) => {
  expect(crontabProblem(crontab, undefined)).toBeUndefined();
});

it.each(["daily", "0 6 * *", "0 6 * * * *", "61 6 * * *", "0 6 L * *", "0 6 ? * *", "@daily", ""])(
  "refuses %p",
  (crontab) => {
    expect(crontabProblem(crontab, undefined)).toBe(
      `"${crontab}" is not a crontab, such as "0 6 * * *" for six o'clock every morning`,
    );
  },
);

it("refuses a day that never comes", () => {
  expect(crontabProblem("0 6 30 2 *", undefined)).toBe('"0 6 30 2 *" is a day that never comes');
});

it("knows time zones by their names", () => {
  expect(crontabProblem("0 6 * * *", "Europe/Berlin")).toBeUndefined();
  expect(crontabProblem("0 6 * * *", "Berlin")).toBe('"Berlin" is not a time zone, such as Europe/Berlin');
});
