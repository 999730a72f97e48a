/** The errors of this service. A `UserError` is written for the person in Looker; any other error is ours. */

/** Says to the person in Looker what happened, to what, and what to do. Its message may be shown as it is. */
export class UserError extends Error {
  override name = "UserError";

  /** @param said what the other end said of it, which may quote personal data: for whoever may see that */
  constructor(
    message: string,
    readonly said?: string,
  ) {
    super(message);
  }
}

/** A form whose values can't be used: one sentence for each field, shown beside the field in Looker. */
export class FormError extends UserError {
  override name = "FormError";

  /** @param fields form field name → what is wrong with it and what to enter instead */
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super(Object.values(fields).join(" "));
  }
}

/** A setting, or a file that belongs to the installation, is wrong: the start stops with this sentence. */
export class SetupError extends Error {
  override name = "SetupError";
}
