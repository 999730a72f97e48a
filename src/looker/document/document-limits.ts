/** How large a document's parts may be. */

export interface DocumentLimits {
  /** Columns, each pivoted one too. */
  columns: number;
  /** What is kept of a row while it is read, in bytes. */
  rowBytes: number;
}

export const DEFAULT_DOCUMENT_LIMITS: DocumentLimits = { columns: 10_000, rowBytes: 16 * 1024 * 1024 };
