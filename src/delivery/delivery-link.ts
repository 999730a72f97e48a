/** The link to a delivery's page, which opens without a sign-in. */

/**
 * @param hubUrl the hub's address, without a slash at its end; undefined: not known
 * @returns undefined when there is none
 */
export function deliveryLink(
  hubUrl: string | undefined,
  { id, linkKey }: { id: string; linkKey?: string | undefined },
): string | undefined {
  if (hubUrl === undefined || linkKey === undefined) return undefined;
  return `${hubUrl}/deliveries/${id}?key=${linkKey}`;
}
