/** Decodes a whole document in a test. */

import { DocumentDecoder, DocumentError } from "../../src/looker/document";
import { writeAll } from "./chunks";
import { CollectingReader } from "./collecting-reader";

export interface Decoded {
  decoder: DocumentDecoder;
  reader: CollectingReader;
}

type Split = (document: Buffer) => readonly Buffer[];

const inOneChunk: Split = (document) => [document];

/** @throws whatever the decoder throws */
export function decode(document: string | Buffer, split = inOneChunk): Decoded {
  const decoded = start();
  finish(decoded, document, split);
  return decoded;
}

/** Decodes a document that is not whole; `error` is what the person in Looker would read. */
export function decodeBroken(document: string | Buffer, split = inOneChunk): Decoded & { error: string } {
  const decoded = start();
  try {
    finish(decoded, document, split);
  } catch (error) {
    if (error instanceof DocumentError) return { ...decoded, error: error.message };
    throw error;
  }
  throw new Error("the document was taken for whole");
}

function start(): Decoded {
  const reader = new CollectingReader();
  return { reader, decoder: new DocumentDecoder(reader) };
}

function finish({ decoder }: Decoded, document: string | Buffer, split: Split): void {
  writeAll(decoder, split(Buffer.from(document)));
  decoder.end();
}
