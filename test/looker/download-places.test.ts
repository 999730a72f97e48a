/** Where results may be downloaded from when no origin is listed: nowhere inside, however the address is written. */

import type { LookupAddress, lookup } from "node:dns";
import { DownloadError, Downloader } from "../../src/looker/download";
import { DownloadPlaces, isPublicAddress } from "../../src/looker/download-places";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";

const PRIVATE = [
  ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ...["169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"],
  ...["224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9"],
  ...["::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "fe80::1", "fec0::1", "fc00::1"],
  ...["fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::", "2001:db8::1", "100::1"],
  ...["", "localhost", "1"],
];

const PUBLIC = [
  "8.8.8.8",
  "1.1.1.1",
  "172.15.0.1",
  "172.32.0.1",
  "100.128.0.1",
  "2606:4700::1",
  "2a00:1450::5",
];

it.each(PRIVATE)("%s is no public address", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(PUBLIC)("%s is a public address", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

describe("without a listed origin", () => {
  let inside: LoopbackServer;
  let downloader: Downloader;
  let connections: number;

  beforeEach(async () => {
    connections = 0;
    inside = await startLoopbackServer(
      (_request, response) => response.end("{}"),
      () => connections++,
    );
    downloader = new Downloader({
      allowedOrigins: [],
      connectTimeoutMs: 5000,
      silenceTimeoutMs: 5000,
      maxBytes: 1000,
      maxCompression: 10,
    });
  });

  afterEach(async () => {
    downloader.close();
    await inside.close();
  });

  async function problemOf(url: string): Promise<string> {
    try {
      for await (const _piece of downloader.download(url, new AbortController().signal)) break;
    } catch (error) {
      if (error instanceof DownloadError) return error.message;
      throw error;
    }
    throw new Error("it was downloaded");
  }

  const HOSTS = [
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "[::ffff:127.0.0.1]",
    "[::1]",
  ];

  it.each(
    ["http", "https"].flatMap((scheme) => [...HOSTS, "localhost"].map((host) => `${scheme}://${host}`)),
  )("%s is not connected to", async (address) => {
    const { port } = new URL(inside.url);
    const url = `${address}:${port}/secret-path`;
    expect(await problemOf(url)).toBe(
      `results may not be downloaded from ${new URL(url).origin}: whoever runs the action hub can allow it with LOOKER_ALLOWED_ORIGINS`,
    );
    expect(connections).toBe(0);
  });

  it("http is not taken from a public address either", async () => {
    expect(await problemOf("http://looker.example.com/x")).toContain(
      "may not be downloaded from http://looker",
    );
  });
});

it("a URL with a user name or a password is refused, from a listed origin too, and not repeated", () => {
  const places = new DownloadPlaces(["https://looker.example.com"]);
  for (const user of ["someone", "someone:secret", ":secret"]) {
    const problem = places.problem(new URL(`https://${user}@looker.example.com/`));
    expect(problem).toBe("the download URL holds a user name or a password");
  }
});

it("a listed origin may be anywhere", () => {
  const places = new DownloadPlaces(["http://127.0.0.1:9999"]);
  expect(places.problem(new URL("http://127.0.0.1:9999/x"))).toBeUndefined();
  expect(places.lookup).toBeUndefined();
});

describe("a name", () => {
  /** What is handed on to be connected to. */
  function found(addresses: LookupAddress[], all: boolean): Promise<unknown[]> {
    const find = ((_name: string, _options: object, done: (error: null, found: LookupAddress[]) => void) =>
      done(null, addresses)) as unknown as typeof lookup;
    return new Promise((resolve) =>
      new DownloadPlaces([], find).lookup?.("rebound.example.com", { all }, (...result) => resolve(result)),
    );
  }

  const INSIDE = { address: "10.0.0.1", family: 4 };
  const OUTSIDE = { address: "2606:4700::1", family: 6 };

  it.each([true, false])("that leads inside only is connected to nowhere (all: %s)", async (all) => {
    const [error, addresses] = await found([INSIDE, { address: "::1", family: 6 }], all);
    expect(error).toMatchObject({ code: "ERR_NOT_PUBLIC" });
    expect(addresses).toBe("");
    const url = new URL("https://rebound.example.com/secret-path");
    expect(new DownloadPlaces([]).problemOf(error, url)).toContain("from https://rebound.example.com: ");
  });

  it("that leads inside and outside is connected to outside only", async () => {
    expect(await found([INSIDE, OUTSIDE], true)).toEqual([null, [OUTSIDE]]);
    expect(await found([INSIDE, OUTSIDE], false)).toEqual([null, OUTSIDE.address, OUTSIDE.family]);
  });
});
