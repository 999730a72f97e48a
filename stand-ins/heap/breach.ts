/** A request that breaks Heap's contract, and the status with which Heap refuses the whole of it. */

export class Breach extends Error {
  override name = "Breach";

  /** @param reason what is wrong with the request, free of identities and values */
  constructor(
    readonly status: 400 | 413 | 429,
    reason: string,
  ) {
    super(reason);
  }
}
