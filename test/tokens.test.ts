/** The tokens of the hub's own: made once, kept for nobody else to read, and never replaced by accident. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "../src/errors";
import { adminTokens, hubTokens, refuseShared } from "../src/tokens";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokens-"));
  file = join(folder, "action-hub-token");
});

afterEach(() => rmSync(folder, { recursive: true }));

it("takes the tokens that are set up, and then neither makes nor reads another", () => {
  writeFileSync(file, "kept\n");
  expect(hubTokens(["old", "new"], folder)).toEqual({ tokens: ["old", "new"] });
  expect(hubTokens(["old"], join(folder, "none"))).toEqual({ tokens: ["old"] });
});

it("refuses a token that is the hub's and an administrator's, also when it was generated", () => {
  const { tokens } = hubTokens([], folder);
  expect(() => refuseShared(tokens, adminTokens(tokens, folder).tokens)).toThrow(SetupError);
  expect(() => refuseShared(tokens, adminTokens([], folder).tokens)).not.toThrow();
});

it("makes one when there is none, and gives it out to be shown", () => {
  const { tokens, generated } = hubTokens([], folder);
  expect(tokens).toEqual([generated]);
  expect(generated).toMatch(/^[\w-]{43}$/);
});

it("makes another one each time", () => {
  const made = ["a", "b", "c"].map((name) => hubTokens([], join(folder, name)).generated);
  expect(new Set(made).size).toBe(3);
});

it("keeps it for nobody else to read", () => {
  const { generated } = hubTokens([], folder);
  expect(readFileSync(file, "utf8")).toBe(`${generated}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("takes the one it has kept, and does not show it again", () => {
  const { tokens } = hubTokens([], folder);
  expect(hubTokens([], folder)).toEqual({ tokens });
});

it("makes the data folder, however deep", () => {
  const deep = join(folder, "a", "b");
  const { tokens } = hubTokens([], deep);
  expect(hubTokens([], deep).tokens).toEqual(tokens);
});

it("takes a token that was put there by hand, without the white space around it", () => {
  writeFileSync(file, "  by-hand \n\n");
  expect(hubTokens([], folder)).toEqual({ tokens: ["by-hand"] });
});

it("has another one for whoever runs the hub, kept apart", () => {
  const [hub, admin] = [hubTokens([], folder), adminTokens([], folder)];
  expect(admin.generated).toMatch(/^[\w-]{43}$/);
  expect(admin.generated).not.toBe(hub.generated);
  expect(hubTokens([], folder).tokens).toEqual([hub.generated]);
  expect(adminTokens([], folder).tokens).toEqual([admin.generated]);
});

describe("the start stops when", () => {
  function problemOf(dataDir: string): string {
    try {
      hubTokens([], dataDir);
    } catch (error) {
      if (error instanceof SetupError) return error.message;
      throw error;
    }
    throw new Error("there was a token");
  }

  it("the data folder can't be made", () => {
    writeFileSync(file, "a file, not a folder");
    expect(problemOf(join(file, "data"))).toBe(
      `The data folder ${join(file, "data")} can't be written (ENOTDIR). ` +
        "Set DATA_DIR to a folder that can, or set ACTION_HUB_TOKENS.",
    );
  });

  it("the kept token can't be read: another one would lock Looker out", () => {
    mkdirSync(file);
    expect(problemOf(folder)).toBe(`${file} holds a token and can't be read (EISDIR).`);
  });

  it("the kept token is empty: nobody could know it", () => {
    writeFileSync(file, "\n");
    expect(problemOf(folder)).toBe(
      `${file} is to hold a token and is empty. Delete it, and another is made.`,
    );
  });
});
