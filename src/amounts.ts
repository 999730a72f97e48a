/** Amounts as people read them. */

/** 48112 is "48,112". */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** "1 user", "2 users". */
export function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}
