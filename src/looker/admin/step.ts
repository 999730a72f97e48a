/** What a command of the administrator's did, one step a line. */

export interface Step {
  /** What it is about, in a word or three. */
  what: string;
  /** `would`: it would have been done, were this not a dry run. `open`: it is the admin's to do, in Looker. */
  outcome: "done" | "unchanged" | "would" | "open" | "failed";
  /** What was done or found, what is to be done, or what is wrong and what to do. */
  detail: string;
}
