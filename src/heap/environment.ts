/** A Heap environment (Heap's app_id), and where its API is. */

export interface Environment {
  /** Digits. */
  id: string;
  /** Origin of its API: `https://heapanalytics.com`, or in the EU `https://c.eu.heap-api.com`. */
  host: string;
}

/** Source: Heap's docs; open-source destinations use the same host for the EU data centre. */
export const EU_HOST = "https://c.eu.heap-api.com";
