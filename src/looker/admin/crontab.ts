/** Checks a crontab: as Looker takes it, five fields without croner's own extensions. */

import { Cron } from "croner";

const NAMES = /\b(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)\b/gi;

/** @returns what is wrong with it, as part of a sentence; undefined when nothing is */
export function crontabProblem(crontab: string, timezone: string | undefined): string | undefined {
  if (timezone !== undefined && !isTimezone(timezone))
    return `"${timezone}" is not a time zone, such as Europe/Berlin`;
  const example = `such as "0 6 * * *" for six o'clock every morning`;
  if (!/^[\d*,/\-\s]+$/.test(crontab.replace(NAMES, "1"))) return `"${crontab}" is not a crontab, ${example}`;
  try {
    const next = new Cron(crontab, { paused: true, mode: "5-part", timezone: timezone ?? "UTC" }).nextRun();
    return next ? undefined : `"${crontab}" is a day that never comes`;
  } catch {
    return `"${crontab}" is not a crontab, ${example}`;
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
