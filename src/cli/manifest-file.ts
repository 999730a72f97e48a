/** Where `actions.json` stands: at the top of the installation, beside `dist`. */

import path from "node:path";

export const MANIFEST_FILE = path.join(__dirname, "..", "..", "actions.json");
