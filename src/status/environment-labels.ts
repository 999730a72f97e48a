/**
 * The label of an environment: its id, which is a number of Heap's. Whoever fills in Looker's form may enter any
 * number, so only the first ones get a label of their own: the number of series stays bounded.
 */

import type { Environment } from "../heap";

const MAX_LABELS = 50;

/** Heap's ids have ten digits or so. */
const MAX_LENGTH = 20;

export class EnvironmentLabels {
  private readonly known = new Set<string>();

  /** @returns the id, or `other` */
  of({ id }: Environment): string {
    if (this.known.has(id)) return id;
    if (this.known.size >= MAX_LABELS || id.length > MAX_LENGTH) return "other";
    this.known.add(id);
    return id;
  }
}
