/** Names of variables that are meant for the hub, by all appearances, and are none of its settings: they have no effect. */

/** Whoever begins a name so means the hub, or Looker's SDK, whose other settings it does not have. */
const PREFIXES = ["ACTION_HUB_", "HEAP_", "LOOKER_", "LOOKERSDK_", "OUTBOX_"];

/** Slips of the pen, in characters, after which a name is still taken for the one it is near. */
const MAX_SLIPS = 2;

/** A shorter name is near to too many others. */
const MIN_LENGTH = 8;

/** What Kubernetes and Docker set for a service or a container that is called like the hub. */
const OF_A_SERVICE = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP)(_|$)/;
const SERVICE_ADDRESS = /^(tcp|udp):\/\//;

/**
 * @param variables as a rule `process.env`
 * @param known names of the settings, those with `_FILE` too
 * @returns a sentence for each, without its value
 */
export function unknownSettings(
  variables: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  const names = new Set(known);
  return Object.entries(variables).flatMap(([name, value = ""]) => {
    if (names.has(name) || value.trim() === "" || isOfAService(name, value)) return [];
    const upper = name.toUpperCase();
    const near = known.find((each) => upper === each) ?? nearest(upper, known);
    if (near !== undefined) return [`${name} is no setting and has no effect: is ${near} meant?`];
    const isOurs = PREFIXES.some((prefix) => upper.startsWith(prefix));
    return isOurs ? [`${name} is no setting and has no effect: docs/settings.md lists what there is`] : [];
  });
}

function isOfAService(name: string, value: string): boolean {
  return OF_A_SERVICE.test(name) || SERVICE_ADDRESS.test(value);
}

function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length < MIN_LENGTH) return undefined;
  const [best] = known
    .filter((each) => each.length >= MIN_LENGTH && Math.abs(each.length - name.length) <= MAX_SLIPS)
    .map((each) => ({ each, slips: slipsBetween(name, each) }))
    .sort((one, other) => one.slips - other.slips);
  return best && best.slips <= MAX_SLIPS ? best.each : undefined;
}

/** Characters left out, added, changed, or swapped with their neighbour. Source: optimal string alignment distance. */
function slipsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let slips = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwapped) slips = Math.min(slips, (before[column - 2] ?? 0) + 1);
      next.push(slips);
    }
    before = last;
    last = next;
  }
  return last[other.length] ?? 0;
}
