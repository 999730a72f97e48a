/**
 * Where results may be downloaded from: the origins that are listed, or, where none is, any https address of the public
 * internet. Looked at for each redirect too, and at the address that is connected to: a name may lead anywhere, and
 * elsewhere each time that it is asked for.
 */

import { type LookupAddress, lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Public by its number, and yet the host itself: what Azure's machines ask about themselves. Source: Azure's docs, "What is IP address 168.63.129.16?" */
const OF_THE_HOST = new Set(["168.63.129.16"]);

/** All of the global unicast space that is given out. Source: IANA, IPv6 Global Unicast Address Assignments. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR("2000::/3");

/** A name that leads to no public address. */
class NotPublicError extends Error {
  override name = "NotPublicError";
  readonly code = "ERR_NOT_PUBLIC";
}

/** An address of the public internet: none that is private, of this machine or link, shared, reserved, or another in disguise. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || OF_THE_HOST.has(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast") return false;
  return !(address instanceof ipaddr.IPv6) || address.match(GIVEN_OUT);
}

export class DownloadPlaces {
  /** Finds the addresses to connect to; undefined: as the system does. */
  readonly lookup: LookupFunction | undefined;

  /**
   * @param origins empty: any https address of the public internet
   * @param find finds the addresses of a name
   */
  constructor(
    private readonly origins: readonly string[],
    find: typeof lookup = lookup,
  ) {
    if (origins.length === 0) this.lookup = onlyPublic(find);
  }

  /** @returns why nothing may be downloaded from there, as a sentence that does not hold the path; undefined when it may */
  problem(url: URL): string | undefined {
    if (url.username + url.password !== "") return "the download URL holds a user name or a password";
    if (this.origins.length > 0) return this.origins.includes(url.origin) ? undefined : notFrom(url);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const isOpen = url.protocol === "https:" && (isIP(host) === 0 || isPublicAddress(host));
    return isOpen ? undefined : notFrom(url);
  }

  /** @returns the same for what connecting to it ended with; undefined when that is no matter of where it leads */
  problemOf(error: unknown, url: URL): string | undefined {
    return error instanceof NotPublicError ? notFrom(url) : undefined;
  }
}

function notFrom({ origin }: URL): string {
  return (
    `results may not be downloaded from ${origin}: whoever runs the action hub can allow it with ` +
    "LOOKER_ALLOWED_ORIGINS"
  );
}

/** A look-up that hands on public addresses only, so that no other can be connected to. */
function onlyPublic(find: typeof lookup): LookupFunction {
  return (hostname, options, callback) => {
    const done = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[] = []) => {
      const open = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = open;
      if (error) callback(error, "");
      else if (!first) callback(new NotPublicError("no public address"), "");
      else if (options.all) callback(null, open);
      else callback(null, first.address, first.family);
    };
    find(hostname, { ...options, all: true }, done);
  };
}
