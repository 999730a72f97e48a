/** The bodies with which Looker's API refuses a request. Shapes: IError and IValidationError of @looker/sdk. */

import type { IError, IValidationError, IValidationErrorDetail } from "@looker/sdk";
import type { ErrorRequestHandler } from "express";

const DOCUMENTATION = "https://cloud.google.com/looker/docs/";

/** Thrown by a handler; answered with its status and body. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    readonly body: IError | IValidationError,
  ) {
    super(body.message ?? "");
  }
}

export const unauthorized = () => refusal(401, "Requires authentication.");
export const forbidden = () => refusal(403, "Permission denied");
/** Also what a login with wrong credentials gets. */
export const notFound = () => refusal(404, "Not found");

/** @param fields field → what is wrong with it */
export function invalid(fields: Readonly<Record<string, string>>): ApiError {
  const errors = Object.entries(fields).map(
    ([field, message]): IValidationErrorDetail => ({
      field,
      code: "invalid",
      message,
      documentation_url: DOCUMENTATION,
    }),
  );
  return new ApiError(422, { message: "Validation Failed", errors, documentation_url: DOCUMENTATION });
}

function refusal(status: number, message: string): ApiError {
  return new ApiError(status, { message, documentation_url: DOCUMENTATION });
}

/** Not by `instanceof Error`: in a test, Express's errors are of another realm. */
export const answerApiError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof ApiError) response.status(error.status).json(error.body);
  else next(error);
};
