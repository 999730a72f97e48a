/** Keeps notices that have not been sent where other hubs find them when this one ends. */

import type { Bequest } from "../outbox";
import type { Notice } from "./notice";
import type { NoticeStore } from "./notice-file";

export function leftNotices(bequest: Bequest): NoticeStore {
  return {
    read: () => [],
    write(notices) {
      void bequest.keep(notices.length === 0 ? undefined : JSON.stringify(notices));
    },
    async inherit() {
      return (await bequest.inherit()).flatMap((text): Notice[] => JSON.parse(text));
    },
  };
}
