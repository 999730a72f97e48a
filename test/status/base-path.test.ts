/** A hub behind a proxy that serves it under a path: the proxy may pass the path on, or take it off. */

import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { type RunningHub, startHub } from "../helpers/running-hub";

let hub: RunningHub;

beforeEach(async () => {
  hub = await startHub({ ADMIN_TOKENS: ADMIN, ACTION_HUB_BASE_URL: "http://hub.example.com/tools/heap" });
});

afterEach(() => hub.close());

describe.each([
  ["passed on", "/tools/heap"],
  ["taken off", ""],
])("with the path %s", (_how, prefix) => {
  it("leads to addresses that browsers can reach", async () => {
    const visitor = new PageVisitor(hub);
    const refused = await visitor.get(`${prefix}/deliveries`);
    expect(refused.headers.get("location")).toBe("/tools/heap/deliveries/sign-in");
    const { text } = await visitor.get(`${prefix}/deliveries/sign-in`);
    const addresses = [...text.matchAll(/(?:href|src|action)="([^"#][^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) expect(address).toMatch(/^\/tools\/heap\/deliveries/);
    const [style = ""] = addresses.filter((address) => address?.includes("style.css"));
    const asPassedOn = prefix === "" ? style.replace("/tools/heap", "") : style;
    expect((await visitor.get(asPassedOn)).status).toBe(200);
  });

  it("takes the forms that come from there", async () => {
    const visitor = new PageVisitor(hub);
    const form = { token: ADMIN, to: "" };
    const headers = { origin: "http://hub.example.com" };
    const signedIn = await visitor.post(`${prefix}/deliveries/sign-in`, form, headers);
    expect(signedIn.headers.get("location")).toBe("/tools/heap/deliveries");
    expect((await visitor.get(`${prefix}/deliveries`)).status).toBe(200);
  });
});
