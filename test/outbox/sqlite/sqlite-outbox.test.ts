/** The outbox in SQLite keeps what it was given, in order, until it is done, and nothing longer. */

import { copyAsKilled } from "../../helpers/folder-bytes";
import { outboxes } from "../../helpers/open-outbox";
import { tempFolders } from "../../helpers/temp-folders";
import { keepsTheContract, type Place } from "../contract";

const newFolder = tempFolders();
const open = outboxes();

function placeIn(folder: string): Place {
  return {
    open: async ({ maxBytes } = {}) => open(folder, maxBytes),
    elapse: async (clock, milliseconds) => clock.advance(milliseconds),
    killed: async () => placeIn(copyAsKilled(folder, newFolder())),
  };
}

keepsTheContract(() => placeIn(newFolder()));
