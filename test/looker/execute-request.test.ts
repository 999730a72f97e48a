/** What Looker sends with an execute, in all the shapes it may have. */

import { type RequestBody, scanBody } from "../../src/looker/body-scan";
import {
  BadRequestError,
  type ExecuteRequest,
  readBody,
  readExecuteRequest,
} from "../../src/looker/execute-request";
import { NO_VISUALIZATION } from "../../src/mapping";

const DOWNLOAD_URL = "https://looker.example.com/render/1";

function read(body: unknown): ExecuteRequest {
  return readExecuteRequest(bodyOf(body));
}

function bodyOf(body: unknown): RequestBody {
  return scanBody(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
}

function problemOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof BadRequestError) return error.message;
    throw error;
  }
  throw new Error("the body was taken for right");
}

describe("a request", () => {
  it("with a download URL", () => {
    const body = {
      type: "query",
      scheduled_plan: { download_url: DOWNLOAD_URL, query: { vis_config: { hidden_fields: ["users.id"] } } },
      attachment: null,
      data: {},
      form_params: { env_id: "123" },
    };
    expect(read(body)).toEqual({
      formParams: { env_id: "123" },
      data: {},
      visualization: { ...NO_VISUALIZATION, hiddenFields: ["users.id"] },
      downloadUrl: DOWNLOAD_URL,
    });
  });

  it("with a pushed result", () => {
    const attachment = { mimetype: "application/json", extension: "json", data: "{}" };
    expect(read({ attachment, form_params: {} })).toEqual({
      formParams: {},
      visualization: NO_VISUALIZATION,
      attachment: { mimetype: "application/json", data: { start: 71, end: 75 } },
    });
  });

  it("takes the pushed result where there are both", () => {
    const body = { attachment: { mimetype: "x", data: {} }, scheduled_plan: { download_url: DOWNLOAD_URL } };
    expect(read(body).attachment).toMatchObject({ mimetype: "x" });
  });

  it.each([[null], [undefined], [{}], [{ data: null }], [{ mimetype: "text/plain", data: "" }]])(
    "takes the download URL where the attachment is empty: %j",
    (attachment) => {
      expect(read({ attachment, scheduled_plan: { download_url: DOWNLOAD_URL } })).toMatchObject({
        downloadUrl: DOWNLOAD_URL,
      });
    },
  );

  it("needs no type, no form values, no query, and takes null for each", () => {
    const plan = { download_url: DOWNLOAD_URL };
    const bare = { formParams: {}, visualization: NO_VISUALIZATION, downloadUrl: DOWNLOAD_URL };
    expect(read({ scheduled_plan: plan })).toEqual(bare);
    expect(read({ type: null, form_params: null, scheduled_plan: { ...plan, query: null } })).toEqual(bare);
    expect(read({ scheduled_plan: { ...plan, query: { vis_config: null } } })).toEqual(bare);
  });

  it("may have the text null for what is not there", () => {
    const plan = { download_url: DOWNLOAD_URL, query: "null" };
    const bare = read({ scheduled_plan: { download_url: DOWNLOAD_URL } });
    expect(read({ form_params: "null", scheduled_plan: plan })).toEqual(bare);
    expect(read({ scheduled_plan: { ...plan, query: { vis_config: "null" } } })).toEqual(bare);
  });

  it("may hold whatever a later Looker adds", () => {
    const body = {
      scheduled_plan: { download_url: DOWNLOAD_URL, anything: [1] },
      webhook: { id: 1 },
      form_params: {},
    };
    expect(read(body)).toMatchObject({ downloadUrl: DOWNLOAD_URL });
  });
});

describe("a body that can't be used", () => {
  it.each([
    ["is empty", Buffer.alloc(0), "The request has no body."],
    ["is not UTF-8", Buffer.from('{"type":"\xff"}', "latin1"), "The body of the request is not UTF-8."],
    ["is not JSON", Buffer.from("type=query"), "The body of the request is not JSON."],
    ["breaks off", Buffer.from('{"type":'), "The body of the request is not JSON."],
    ["is a list", Buffer.from("[]"), "The body of the request is not a JSON object."],
    ["is a text", Buffer.from('"query"'), "The body of the request is not a JSON object."],
    ["is null", Buffer.from("null"), "The body of the request is not a JSON object."],
  ])("%s", (_what, raw, problem) => {
    expect(problemOf(() => readBody(scanBody(raw)))).toBe(problem);
  });

  it("is missing", () => {
    expect(problemOf(() => readBody(undefined))).toBe("The request has no body.");
  });

  it("is larger than 4 MB beside what is pushed along, which may be as large as it likes", () => {
    const text = "x".repeat(5_000_000);
    expect(read({ attachment: { data: text } }).attachment).toBeDefined();
    const problem = "The request is larger than 4 MB beside the result that is pushed along.";
    expect(problemOf(() => read({ attachment: { data: "x", more: text } }))).toBe(problem);
    expect(problemOf(() => read({ data: text, scheduled_plan: { download_url: DOWNLOAD_URL } }))).toBe(
      problem,
    );
  });

  it.each([
    [{ form_params: [] }, "at form_params: it must be object"],
    [{ form_params: "env_id=1" }, "at form_params: it must be object"],
    [{ form_params: { env_id: ["1"] } }, "at form_params.env_id: it must be string,number,boolean,null"],
    [{ scheduled_plan: "x" }, "at scheduled_plan: it must be object"],
    [{ scheduled_plan: { download_url: 5 } }, "at scheduled_plan.download_url: it must be string"],
    [{ scheduled_plan: { query: [] } }, "at scheduled_plan.query: it must be object"],
    [{ attachment: "{}" }, "at attachment: it must be object"],
    [{ attachment: { mimetype: 1 } }, "at attachment.mimetype: it must be string"],
    [{ type: 7 }, "at type: it must be string"],
  ])("is shaped otherwise than Looker's docs say: %j", (body, problem) => {
    expect(problemOf(() => read(body))).toBe(`The body of the request is wrong ${problem}.`);
  });

  it.each(["cell", "dashboard"])("is for a %s", (type) => {
    expect(problemOf(() => read({ type, scheduled_plan: { download_url: DOWNLOAD_URL } }))).toBe(
      `This action takes the result of a query, not a ${type}.`,
    );
  });

  it.each([
    [{}],
    [{ scheduled_plan: {} }],
    [{ scheduled_plan: { download_url: "" } }],
    [{ attachment: { data: "" } }],
  ])("holds no result: %j", (body) => {
    expect(problemOf(() => read(body))).toBe(
      "The request holds neither a download URL nor an attachment, so there is nothing to send.",
    );
  });
});
