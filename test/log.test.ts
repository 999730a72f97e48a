/** Nothing of a result is ever in the log: not in an error's message either. */

import { logTo } from "../src/log";

let lines: string[];

beforeEach(() => {
  lines = [];
});

function logged(error: unknown, level = "debug"): string {
  const log = logTo({ write: (line) => lines.push(line) }, level);
  log.error({ error }, "an execute failed");
  return lines.join("");
}

const SECRET = "ada@example.com";

describe("an error", () => {
  it("is logged with its name, its code and where it happened", () => {
    const error = Object.assign(new RangeError(SECRET), { code: "E_RANGE" });
    expect(JSON.parse(logged(error))).toMatchObject({
      msg: "an execute failed",
      error: {
        name: "RangeError",
        code: "E_RANGE",
        stack: expect.arrayContaining([expect.stringMatching(/^at .*log\.test\.ts/)]),
      },
    });
  });

  it("keeps its message to itself", () => {
    expect(logged(new Error(`no such user: ${SECRET}`))).not.toContain(SECRET);
  });

  it("keeps to itself what JSON.parse quotes of a text", () => {
    const parse = () => {
      try {
        return JSON.parse(`{"email":${SECRET}}`);
      } catch (error) {
        return error;
      }
    };
    expect(String(parse())).toContain("ada");
    expect(logged(parse())).not.toContain("ada");
  });

  it.each([
    ["has many lines", `first\n${SECRET}\nlast`],
    ["looks like the places in the code", `\n    at ${SECRET} (/work/main.ts:1:1)`],
    ["is nothing but such a line", `    at ${SECRET}`],
  ])("keeps its message to itself when it %s", (_how, message) => {
    expect(logged(new Error(message))).not.toContain(SECRET);
  });

  it("keeps its message to itself when it has been changed since", () => {
    const error = new Error(`\n    at ${SECRET} (x)`);
    expect(error.stack).toContain(SECRET);
    error.message = "harmless";
    expect(logged(error)).not.toContain(SECRET);
  });

  it("keeps its cause and its other properties to itself", () => {
    const error = Object.assign(new Error("x", { cause: new Error(SECRET) }), {
      row: SECRET,
      errors: [SECRET],
    });
    expect(logged(error)).not.toContain(SECRET);
  });

  it("that has no message or no stack is logged too", () => {
    const bare = new Error("");
    delete bare.stack;
    expect(JSON.parse(logged(bare))).toMatchObject({ error: { name: "Error", stack: [] } });
    lines = [];
    expect(JSON.parse(logged(new Error("")))).toMatchObject({
      error: { stack: expect.arrayContaining([expect.stringMatching(/^at /)]) },
    });
  });
});

it.each([
  [SECRET, "string"],
  [{ message: SECRET, email: SECRET }, "object"],
  [undefined, "undefined"],
  [42, "number"],
])("what is thrown and is no error (%j) is only named by its kind", (thrown, kind) => {
  const line = logged(thrown);
  expect(line).not.toContain(SECRET);
  if (thrown !== undefined) expect(JSON.parse(line)).toMatchObject({ error: { name: kind } });
});

it("holds neither the host's name nor the process's number, which a platform adds by itself", () => {
  expect(Object.keys(JSON.parse(logged(new Error("x")))).sort()).toEqual(["error", "level", "msg", "time"]);
});

it("is empty at the level silent", () => {
  logged(new Error("x"), "silent");
  expect(lines).toEqual([]);
});
