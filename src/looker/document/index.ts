export { DocumentDecoder } from "./document-decoder";
export { DocumentError } from "./document-error";
