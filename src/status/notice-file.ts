/** Keeps notices that have not been sent over a restart: a small file in the data folder, written as a whole. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { errorCode } from "../error-code";
import type { Notice } from "./notice";

/** Where unsent notices are kept. */
export interface NoticeStore {
  /** @throws when they can't be read */
  read(): Notice[];
  /** @throws when they can't be written */
  write(notices: readonly Notice[]): void;
  /** What hubs that are gone could not send; absent: there are no others. */
  inherit?(): Promise<Notice[]>;
}

export function noticeFile(file: string): NoticeStore {
  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, "utf8"));
      } catch (error) {
        if (errorCode(error) === "ENOENT") return [];
        throw error;
      }
    },
    write(notices) {
      // Its links open deliveries: it is nobody else's.
      writeFileSync(`${file}.new`, JSON.stringify(notices), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
