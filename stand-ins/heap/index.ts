/** The door of the stand-in Heap: a local server that keeps Heap's contract, for tests and the demo. */

export { StandInHeap, type StandInHeapOptions, startStandInHeap } from "./stand-in-heap";
