/** Where a schedule delivers to: this hub's action, with the form's values. */

import type { IIntegration, IScheduledPlanDestination } from "@looker/sdk";

/** Form field → what was entered. */
export type FormParams = Readonly<Record<string, string>>;

const STREAMED = "json_detail_lite_stream";

export function destinationType(actionId: string): string {
  return `looker-integration://${actionId}`;
}

/** A format without a row limit where Looker knows one. */
export function destinationFor(action: IIntegration, params: FormParams): IScheduledPlanDestination {
  const formats: readonly string[] = action.supported_formats ?? [];
  return {
    type: destinationType(action.id ?? ""),
    format: formats.includes(STREAMED) ? STREAMED : (formats[0] ?? "json_detail"),
    apply_formatting: false,
    apply_vis: false,
    parameters: JSON.stringify(params),
  };
}

/** The names of what differs between a destination and the one that is wanted. */
export function destinationChanges(
  now: IScheduledPlanDestination,
  wanted: IScheduledPlanDestination,
): string[] {
  const changed = now.format === wanted.format ? [] : ["format"];
  const before = paramsOf(now);
  const after = paramsOf(wanted);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...changed, ...[...names].filter((name) => before[name] !== after[name])];
}

/** The form's values; none when they are not JSON, as somebody may have left them. */
function paramsOf({ parameters }: IScheduledPlanDestination): Record<string, unknown> {
  try {
    return Object(JSON.parse(parameters ?? "{}"));
  } catch {
    return {};
  }
}
