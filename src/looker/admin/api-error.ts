/** Looker's API refused a request, or did not answer. */

export class LookerApiError extends Error {
  override name = "LookerApiError";

  /**
   * @param status of the answer; undefined when there was none
   * @param said what Looker said, or what kept it from answering; never holds a credential
   */
  constructor(
    readonly status: number | undefined,
    readonly said: string,
  ) {
    super(status === undefined ? `Looker can't be reached (${said})` : `${answered(status)} (${said})`);
  }

  /** The message without what Looker said, if it answered. */
  get gist(): string {
    return this.status === undefined ? this.message : answered(this.status);
  }
}

function answered(status: number): string {
  return `Looker answered ${status}`;
}

/** Longest part of an answer that is repeated, in characters. */
const REPEATED = 300;

/**
 * The error for an answer of Looker's. Its body is as IError or IValidationError of @looker/sdk say, unless
 * something in front of Looker answered.
 */
export function errorOfAnswer(status: number, body: string): LookerApiError {
  const { message, errors } = Object(parsed(body));
  const details = Array.isArray(errors)
    ? errors.map((each) => {
        const { field, message: said } = Object(each);
        return [field, said].filter((part) => typeof part === "string" && part !== "").join(": ");
      })
    : [];
  const said = [typeof message === "string" ? message : "no message", ...details].filter(
    (part) => part !== "",
  );
  return new LookerApiError(status, said.join("; ").slice(0, REPEATED));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
