/** The door of the stand-in Heap: a local server that keeps Heap's contract, for tests and the demo. */

export type { Faults } from "./faults";
export type { Properties, PropertyValue } from "./property-store";
export { StandInHeap, type StandInHeapOptions, startStandInHeap } from "./stand-in-heap";
