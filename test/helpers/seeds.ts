/** The seeds that the tests of faults go through: a few, or as many as FAULT_SEEDS says. */

export const FEW = 4;

export function faultSeeds(): number[] {
  const count = Number(process.env["FAULT_SEEDS"] ?? FEW);
  return Array.from({ length: count }, (_, at) => at + 1);
}
