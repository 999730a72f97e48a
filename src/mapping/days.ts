/** Days since 1970, in the Gregorian calendar, reckoned without a Date: for every row of a result there may be one. */

export const DAY_MS = 24 * 3_600_000;

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** First year that is taken for one. */
const FIRST_YEAR = 100;

/**
 * Source of the reckoning: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 * @param month 1 to 12
 * @returns undefined when there is no such day
 */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
  if (year < FIRST_YEAR || day < 1 || day > days) return undefined;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
