/** Refuses requests whose address is too long. */

import type { RequestHandler } from "express";
import { refusalBody } from "./refusal-text";

/** @param maxLength in characters, with the query */
export function onlyShortAddresses(maxLength: number, onRefused: () => void): RequestHandler {
  return (request, response, next) => {
    if (request.originalUrl.length <= maxLength) {
      next();
      return;
    }
    onRefused();
    response
      .status(414)
      .json(refusalBody(`The address of the request is longer than ${maxLength} characters.`));
  };
}
