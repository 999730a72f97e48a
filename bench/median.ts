/** The value in the middle. */

/** @returns NaN for no values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The least value that so many of them (from 0 to 1) don't exceed; between two, their mean. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  return ((sorted[Math.floor(place)] ?? Number.NaN) + (sorted[Math.ceil(place)] ?? Number.NaN)) / 2;
}
