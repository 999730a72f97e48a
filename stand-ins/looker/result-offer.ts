/** A query result that Looker offers for download, and the ways in which the download can be made to go wrong. */

/** A result as one piece or as pieces, which are read no faster than they are downloaded. */
export type ResultDocument = string | Buffer | Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

export interface OfferOptions {
  /** Milliseconds until the URL is gone. Default 3,600,000: Looker's download URLs live for 3600 s. */
  readonly expiresAfterMs?: number;
  /** Status of the answer. Default 200, or 302 with `redirectTo`. */
  readonly status?: number;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** The connection breaks after this many bytes of the document, or at its end if it is shorter. */
  readonly cutAfterBytes?: number;
  /** The document is written in chunks of exactly this many bytes (the last may be shorter), whatever they split. */
  readonly chunkBytes?: number;
  /** Another URL to which the download is sent on; the document is not used then. */
  readonly redirectTo?: string;
}

export interface ResultOffer {
  readonly document: ResultDocument;
  /** The first moment at which the URL is gone, in milliseconds of the stand-in's clock. */
  readonly goneAtMs: number;
  readonly options: OfferOptions;
}
