/** One check of `doctor`: what was looked at, and what is to be done if it is wrong. */

export interface Check {
  /** What is checked, in a word or three. */
  name: string;
  /** `skipped`: it does not apply, or can't be looked at. */
  result: "ok" | "failed" | "skipped";
  /** What was found, and what to do about it. */
  detail: string;
}

/** Tells checks from what they are part of: each gets what it needs, and none throws. */
export class Checks {
  readonly all: Check[] = [];

  /** @param onCheck called with each as it is made */
  constructor(private readonly onCheck: (check: Check) => void) {}

  ok(name: string, detail: string): void {
    this.add({ name, result: "ok", detail });
  }

  failed(name: string, detail: string): void {
    this.add({ name, result: "failed", detail });
  }

  skipped(name: string, detail: string): void {
    this.add({ name, result: "skipped", detail });
  }

  get healthy(): boolean {
    return this.all.every(({ result }) => result !== "failed");
  }

  private add(check: Check): void {
    this.all.push(check);
    this.onCheck(check);
  }
}
