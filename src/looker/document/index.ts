export { DocumentDecoder } from "./document-decoder";
export { DocumentError } from "./document-error";
export type { DocumentLimits } from "./document-limits";
