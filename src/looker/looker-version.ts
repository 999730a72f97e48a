/** Which result format a Looker asks for, by its version. */

/**
 * `json_detail_lite_stream` (no row limit) from Looker 6.2 on, before that `json_detail`, which Looker cuts at
 * about 5,000 rows. Source: the Action API's docs.
 * @param userAgent such as `LookerOutgoingWebhook/7.3.00004561`; a Looker that hides its version is a new one
 */
export function formatsFor(userAgent: string | undefined): string[] {
  const [, major, minor] = /LookerOutgoingWebhook\/(\d+)(?:\.(\d+))?/i.exec(userAgent ?? "") ?? [];
  if (major === undefined) return ["json_detail_lite_stream"];
  const old = Number(major) < 6 || (Number(major) === 6 && Number(minor ?? 0) < 2);
  return [old ? "json_detail" : "json_detail_lite_stream"];
}
