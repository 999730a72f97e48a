/** The Action Hub protocol as Looker speaks it: the listing, the form, and where they are. */

import { formOf, heap } from "../../src/actions";
import { AUTHORIZED, bodyOf, EXECUTE_PATH, FORM_PATH, lookerPost } from "../helpers/looker-post";
import { shippedAction } from "../helpers/manifest";
import { post } from "../helpers/post";
import { type RunningHub, startHub } from "../helpers/running-hub";

let hub: RunningHub;

async function start(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  hub = await startHub(variables);
}

afterEach(async () => hub.close());

describe("the listing", () => {
  const { form: _form, ...stated } = shippedAction();

  it("states every setting, with an empty body and no content type", async () => {
    await start();
    const reply = await lookerPost(hub, "/");
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
    expect(bodyOf(reply)).toEqual({
      label: "Heap",
      integrations: [
        {
          name: "heap",
          label: "Heap",
          description: stated.description,
          supported_action_types: ["query"],
          supported_formats: ["json_detail_lite_stream"],
          supported_formattings: ["unformatted"],
          supported_visualization_formattings: ["noapply"],
          supported_download_settings: ["url"],
          uses_oauth: false,
          required_fields: [],
          params: [],
          icon_data_uri: stated.icon_data_uri,
          url: `${hub.url}${EXECUTE_PATH}`,
          form_url: `${hub.url}${FORM_PATH}`,
        },
        expect.objectContaining({ name: "heap_events", url: `${hub.url}/actions/heap_events/execute` }),
        expect.objectContaining({ name: "heap_cell", supported_action_types: ["cell"] }),
      ],
    });
  });

  it.each(["{}", "null", "not JSON"])("does not care for a body of %s", async (body) => {
    await start();
    expect((await lookerPost(hub, "/", body)).status).toBe(200);
  });

  it("has the label that is set up", async () => {
    await start({ ACTION_HUB_LABEL: "Heap (staging)" });
    expect(bodyOf(await lookerPost(hub, "/"))).toMatchObject({ label: "Heap (staging)" });
  });

  it("gives each action by itself, the same", async () => {
    await start();
    const listing = bodyOf(await lookerPost(hub, "/"));
    const names = ["heap", "heap_events", "heap_cell"];
    const each = await Promise.all(names.map((name) => lookerPost(hub, `/actions/${name}`)));
    expect(listing).toEqual({ label: "Heap", integrations: each.map(bodyOf) });
  });

  it("asks an old Looker for the format it has, a new one and an unknown one for the stream", async () => {
    await start();
    const formatFor = async (agent: string) =>
      bodyOf(await lookerPost(hub, "/actions/heap", null, { "user-agent": agent }));
    expect(await formatFor("LookerOutgoingWebhook/6.1.9")).toMatchObject({
      supported_formats: ["json_detail"],
    });
    for (const agent of ["LookerOutgoingWebhook/7.3.00004561", "something else"]) {
      expect(await formatFor(agent)).toMatchObject({ supported_formats: ["json_detail_lite_stream"] });
    }
  });

  it.each([
    ["https://hub.example.com", "https://hub.example.com"],
    ["https://hub.example.com/", "https://hub.example.com"],
    ["https://hub.example.com:8443/looker/heap//", "https://hub.example.com:8443/looker/heap"],
  ])("has absolute URLs below the base URL %s", async (baseUrl, prefix) => {
    await start({ ACTION_HUB_BASE_URL: baseUrl });
    expect(bodyOf(await lookerPost(hub, "/actions/heap"))).toMatchObject({
      url: `${prefix}${EXECUTE_PATH}`,
      form_url: `${prefix}${FORM_PATH}`,
    });
  });
});

describe("a base URL with a path", () => {
  it.each(["", "/looker/heap"])("works whether a proxy takes it off or passes it on: %j", async (prefix) => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    const listing = bodyOf(await lookerPost(hub, `${prefix}/`));
    expect(listing).toMatchObject({
      integrations: ["heap", "heap_events", "heap_cell"].map((name) => ({
        url: `https://hub.example.com/looker/heap/actions/${name}/execute`,
      })),
    });
    expect(bodyOf(await lookerPost(hub, `${prefix}/actions/heap`))).toMatchObject({ name: "heap" });
    expect(bodyOf(await lookerPost(hub, `${prefix}${FORM_PATH}`, "{}"))).toHaveProperty("fields");
    const execute = await lookerPost(hub, `${prefix}${EXECUTE_PATH}`, "{}");
    expect([execute.status, execute.text]).toEqual([400, expect.stringContaining("neither a download URL")]);
  });

  it.each(["/healthz", "/looker/heap/healthz"])("has the health pages at %s", async (path) => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    expect((await fetch(`${hub.url}${path}`)).status).toBe(200);
  });

  it("is asked for a token below it too", async () => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    expect((await post(`${hub.url}/looker/heap/`)).status).toBe(401);
  });

  it("leaves nothing at other paths", async () => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    expect((await lookerPost(hub, "/looker/actions/heap")).status).toBe(404);
  });
});

describe("a path that is not Looker's", () => {
  it.each(["/unknown", "/actions", "/actions/other", "/%E0%A4%A"])(
    "%s is 404 with a JSON body",
    async (path) => {
      await start();
      const response = await fetch(`${hub.url}${path}`, { headers: AUTHORIZED });
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        error: "There is nothing here. Looker posts to / and below /actions/.",
      });
    },
  );

  it("is 404 for an action that there is not", async () => {
    await start();
    for (const path of ["/actions/other", "/actions/other/form", "/actions/heap/other"]) {
      expect((await lookerPost(hub, path, "{}")).status).toBe(404);
    }
  });
});

describe("the form", () => {
  const BODY = JSON.stringify({ type: "query", data: {}, form_params: {} });

  it("has the fields of the action", async () => {
    await start();
    const reply = await lookerPost(hub, FORM_PATH, BODY);
    expect(reply.status).toBe(200);
    expect(bodyOf(reply)).toEqual({
      fields: formOf(heap.fields, []).map((field) => ({ interactive: false, ...field })),
    });
  });

  it("offers the environments that are set up", async () => {
    await start({ HEAP_ENVIRONMENTS: "Production=123,Europe=789@eu" });
    const [environment] = Object(bodyOf(await lookerPost(hub, FORM_PATH, BODY))).fields;
    expect(environment).toMatchObject({
      name: "env_id",
      type: "select",
      default: "123",
      options: [
        { name: "123", label: "Production (123)" },
        { name: "789", label: "Europe (789)" },
      ],
    });
  });
});
