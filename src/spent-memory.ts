/** What becomes of memory that is used again, once nobody may read what stands in it any more. */

/** Nothing, as it costs time. Tests have it overwritten here, so that a value which is read too late is a wrong one. */
export const spentMemory: { scrub?: (memory: Uint8Array) => void } = {};
