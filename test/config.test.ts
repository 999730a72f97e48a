/** Settings: their defaults, what they mean, and one sentence that names all that is wrong with them. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentOf, readConfig } from "../src/config";
import { SetupError } from "../src/errors";

function problemOf(variables: Readonly<Record<string, string>>): string {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  throw new Error("the settings were taken for right");
}

describe("a setting that is left out", () => {
  it("has its default", () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      baseUrl: undefined,
      label: undefined,
      trustProxy: 0,
      hubTokens: [],
      adminTokens: [],
      dataDir: "./data",
      heapUrl: "https://heapanalytics.com",
      environments: [],
      allowedOrigins: [],
      replyWithinMs: 1_200_000,
      heapMaxConcurrent: 16,
      heapTimeoutMs: 20_000,
      heapSettleMs: 5_000,
      looker: undefined,
      lookerRerun: false,
      lookerConnectTimeoutMs: 30_000,
      lookerSilenceTimeoutMs: 3_600_000,
      rejectsTolerated: 0,
      outboxMaxBytes: 10_000_000_000,
      retentionMs: 1_209_600_000,
      shutdownGraceMs: 300_000,
      logLevel: "info",
    });
  });

  it("may be empty or blank, as .env files have it", () => {
    const blank = {
      PORT: "",
      ACTION_HUB_LABEL: "  ",
      ACTION_HUB_TOKENS: "",
      HEAP_API_URL: "",
      LOG_LEVEL: "",
    };
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  it("is not disturbed by variables of others", () => {
    expect(readConfig({ PATH: "/bin", HOME: "/root" })).toEqual(readConfig({}));
  });
});

describe("a setting", () => {
  it("of seconds may have a fraction, and 0 where nothing need be waited for", () => {
    const given = { REPLY_WITHIN_SECONDS: "90", HEAP_TIMEOUT_SECONDS: "0.25", HEAP_SETTLE_SECONDS: "0" };
    expect(readConfig(given)).toMatchObject({ replyWithinMs: 90_000, heapTimeoutMs: 250, heapSettleMs: 0 });
  });

  it("of days is kept in milliseconds like the others", () => {
    expect(readConfig({ RETENTION_DAYS: "0.5" }).retentionMs).toBe(43_200_000);
  });

  it("of tokens is a list, so that one can be replaced by another", () => {
    expect(readConfig({ ACTION_HUB_TOKENS: " old , new,, " }).hubTokens).toEqual(["old", "new"]);
  });

  it("of an address loses the slashes at its end, and keeps its path", () => {
    const { baseUrl, heapUrl } = readConfig({
      ACTION_HUB_BASE_URL: "https://Hub.example.com/looker//",
      HEAP_API_URL: "http://127.0.0.1:9001/",
    });
    expect([baseUrl, heapUrl]).toEqual(["https://hub.example.com/looker", "http://127.0.0.1:9001"]);
  });

  it("of allowed origins takes addresses, of which only the origin counts", () => {
    const { allowedOrigins } = readConfig({
      LOOKER_ALLOWED_ORIGINS:
        "https://looker.example.com/, https://Looker.example.com:19999/x, http://127.0.0.1:80",
    });
    expect(allowedOrigins).toEqual([
      "https://looker.example.com",
      "https://looker.example.com:19999",
      "http://127.0.0.1",
    ]);
  });

  it("of trusted proxies is their number, or what they are", () => {
    expect(readConfig({ TRUST_PROXY: "2" }).trustProxy).toBe(2);
    const TRUST_PROXY = "loopback, 10.0.0.0/8,192.0.2.7, 2001:db8::/32";
    expect(readConfig({ TRUST_PROXY }).trustProxy).toEqual([
      "loopback",
      "10.0.0.0/8",
      "192.0.2.7",
      "2001:db8::/32",
    ]);
  });

  it("of the port may be 0, which takes any free one", () => {
    expect(readConfig({ PORT: "0" }).port).toBe(0);
  });
});

describe("environments", () => {
  const variables = {
    HEAP_ENVIRONMENTS: "Production=123, Our Europe =789@eu",
    HEAP_API_URL: "https://heap.example.com",
  };

  it("have a name, digits, and the host of their data centre", () => {
    expect(readConfig(variables).environments).toEqual([
      { name: "Production", id: "123", host: "https://heap.example.com" },
      { name: "Our Europe", id: "789", host: "https://c.eu.heap-api.com" },
    ]);
  });

  it("that are not named go to the host that is set up", () => {
    const config = readConfig(variables);
    expect(environmentOf(config, "789")).toEqual({ id: "789", host: "https://c.eu.heap-api.com" });
    expect(environmentOf(config, "456")).toEqual({ id: "456", host: "https://heap.example.com" });
  });
});

describe("a secret in a file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "config-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function fileWith(text: string): string {
    const file = join(folder, "secret");
    writeFileSync(file, text);
    return file;
  }

  it("is read, without the end of its line", () => {
    const file = fileWith("old,new\n");
    expect(readConfig({ ACTION_HUB_TOKENS_FILE: file }).hubTokens).toEqual(["old", "new"]);
    expect(readConfig({ ADMIN_TOKENS_FILE: file }).adminTokens).toEqual(["old", "new"]);
    const address = "https://hooks.example.com/services/x?sig=y";
    const webhook = fileWith(`${address}\n`);
    expect(readConfig({ NOTIFY_WEBHOOK_URL_FILE: webhook }).notifyWebhookUrl).toBe(address);
  });

  it("gives way to the variable itself", () => {
    const ACTION_HUB_TOKENS_FILE = fileWith("from-file");
    expect(readConfig({ ACTION_HUB_TOKENS: "given", ACTION_HUB_TOKENS_FILE }).hubTokens).toEqual(["given"]);
  });

  it("that is missing stops the start", () => {
    const ACTION_HUB_TOKENS_FILE = join(folder, "none");
    expect(problemOf({ ACTION_HUB_TOKENS_FILE })).toBe(
      `ACTION_HUB_TOKENS_FILE: ${ACTION_HUB_TOKENS_FILE} can't be read (ENOENT).`,
    );
  });

  it("that is empty stops the start, so that no token is made up in its place", () => {
    const ACTION_HUB_TOKENS_FILE = fileWith(" \n");
    expect(problemOf({ ACTION_HUB_TOKENS_FILE })).toBe(
      `ACTION_HUB_TOKENS_FILE: ${ACTION_HUB_TOKENS_FILE} is empty.`,
    );
  });
});

describe("a setting that is wrong", () => {
  it.each(["hooks.example.com/SECRET", "ftp://hooks.example.com/SECRET", "https://SECRET:x:y"])(
    "is not repeated when it is a secret: %s",
    (address) => {
      expect(problemOf({ NOTIFY_WEBHOOK_URL: address })).toBe(
        "Wrong settings. NOTIFY_WEBHOOK_URL: it must be an http or https address.",
      );
    },
  );

  it.each([
    ["PORT", "80a", "it must be a number from 0 to 65535"],
    ["PORT", "65536", "it must be a number from 0 to 65535"],
    ["PORT", "80.5", "it must be a whole number"],
    ["HEAP_MAX_CONCURRENT", "0", "it must be a number from 1 to 1000"],
    ["HEAP_MAX_CONCURRENT", "2.5", "it must be a whole number"],
    ["HEAP_TIMEOUT_SECONDS", "0", "it must be a number from 0.001 to 1000000"],
    ["LOOKER_CONNECT_TIMEOUT_SECONDS", "-1", "it must be a number from 0.001 to 1000000"],
    ["LOOKER_SILENCE_TIMEOUT_SECONDS", "1h", "it must be a number from 0.001 to 1000000"],
    ["REPLY_WITHIN_SECONDS", "Infinity", "it must be a number from 0 to 1000000"],
    ["HEAP_SETTLE_SECONDS", "NaN", "it must be a number from 0 to 1000000"],
    ["SHUTDOWN_GRACE_SECONDS", "1000001", "it must be a number from 0 to 1000000"],
    ["REJECTS_TOLERATED_PERCENT", "101", "it must be a number from 0 to 100"],
    ["ACTION_HUB_BASE_URL", "hub.example.com", '"hub.example.com" is not a URL'],
    ["HEAP_API_URL", "ftp://heap", '"ftp://heap" is not an http or https URL'],
    [
      "HEAP_API_URL",
      "https://user:password@heap",
      "it must be an address without a query, a fragment, a user name and a password",
    ],
    [
      "ACTION_HUB_BASE_URL",
      "https://hub/?x=1",
      "it must be an address without a query, a fragment, a user name and a password",
    ],
    ["TRUST_PROXY", "11", "it must be a number from 0 to 10"],
    ...["true", "proxy.example.com", "10.0.0.0/33", "10.0.0/8", "/8"].map(
      (value): [string, string, string] => [
        "TRUST_PROXY",
        value,
        `"${value}" is neither a number of proxies, an address, a network such as 10.0.0.0/8, nor one of loopback, ` +
          "linklocal and uniquelocal",
      ],
    ),
    ["LOOKER_ALLOWED_ORIGINS", "https://a.example.com,*", '"*" is not a URL'],
    ["HEAP_ENVIRONMENTS", "Production", '"Production" is not of the form Name=123 or Name=123@eu'],
    ["HEAP_ENVIRONMENTS", "A=1,B=12x", '"B=12x" is not of the form Name=123 or Name=123@eu'],
    ["HEAP_ENVIRONMENTS", "A=1@us", '"A=1@us" is not of the form Name=123 or Name=123@eu'],
    ["HEAP_ENVIRONMENTS", "=1", '"=1" is not of the form Name=123 or Name=123@eu'],
    ["HEAP_ENVIRONMENTS", "A=1,B=2,C=1@eu", "environment 1 is there more than once"],
  ])("%s=%s stops the start", (name, value, problem) => {
    expect(problemOf({ [name]: value })).toBe(`Wrong settings. ${name}: ${problem}.`);
  });

  it("LOG_LEVEL=loud stops the start and names the choices", () => {
    expect(problemOf({ LOG_LEVEL: "loud" })).toMatch(/^Wrong settings\. LOG_LEVEL: .*silent.*debug/);
  });

  it("is an admin token that Looker knows, and is not repeated", () => {
    expect(problemOf({ ACTION_HUB_TOKENS: "one,secret-word", ADMIN_TOKENS: "secret-word,other" })).toBe(
      "ADMIN_TOKENS: a token of ACTION_HUB_TOKENS is known to Looker. Choose another.",
    );
  });

  it("is a database that is no PostgreSQL, and its password is not repeated", () => {
    expect(problemOf({ DATABASE_URL: "mysql://hub:word@db.example.com/hub" })).toBe(
      "Wrong settings. DATABASE_URL: it must be an address of the form postgres://user:password@host:5432/database.",
    );
  });

  it("does not hide another", () => {
    const problem = problemOf({ PORT: "x", HEAP_ENVIRONMENTS: "y", HEAP_MAX_CONCURRENT: "0" });
    expect(problem).toMatch(/PORT: .*HEAP_ENVIRONMENTS: .*HEAP_MAX_CONCURRENT: /);
  });
});

describe("the API key of Looker's", () => {
  const KEY = {
    LOOKERSDK_BASE_URL: "https://example.cloud.looker.com/",
    LOOKERSDK_CLIENT_ID: "id",
    LOOKERSDK_CLIENT_SECRET: "secret",
  };

  it("is read with its address", () => {
    expect(readConfig({ ...KEY, LOOKER_RERUN: "yes" })).toMatchObject({
      looker: { baseUrl: "https://example.cloud.looker.com", clientId: "id", clientSecret: "secret" },
      lookerRerun: true,
    });
  });

  it("is not had by halves", () => {
    const { LOOKERSDK_CLIENT_ID: _id, LOOKERSDK_BASE_URL: _url, ...half } = KEY;
    expect(problemOf(half)).toBe(
      "LOOKERSDK_BASE_URL and LOOKERSDK_CLIENT_ID: missing. Looker's API needs its address, an ID and a secret.",
    );
  });

  it("is needed to have results again", () => {
    expect(problemOf({ LOOKER_RERUN: "yes" })).toBe(
      "LOOKER_RERUN: it needs LOOKERSDK_BASE_URL, LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET, an API key.",
    );
  });
});
