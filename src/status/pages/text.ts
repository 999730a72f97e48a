/** Rates and times as people read them. */

import { number } from "../../amounts";

/** "4 min 12 s": the two largest units. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(Math.round(milliseconds / 1000), 0);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** 1,234 or, below ten, 1.2. */
export function rate(value: number): string {
  return value >= 10 ? number(Math.round(value)) : value.toFixed(value === 0 ? 0 : 1);
}

/** "25 Nov 2026, 10:03 UTC": the browser shows it in the reader's zone. @param exact to the second */
export function utc(milliseconds: number, exact = false): string {
  const text = new Date(milliseconds).toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: exact ? "medium" : "short",
    timeZone: "UTC",
  });
  return `${text} UTC`;
}

/** With a capital letter at its beginning. */
export function capital(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}
