/** Why a document can't be read to its end. */

import { UserError } from "../../errors";

/**
 * The document is not whole: broken JSON or UTF-8, no closing brace, something after it, not a result at all.
 * The message names the cause in words for the person in Looker and holds nothing of the document's content.
 */
export class DocumentError extends UserError {
  override name = "DocumentError";
}
