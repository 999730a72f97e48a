/** The examples in docs/mapping.md are what the code does. */

import { mapDocument } from "../helpers/map-document";
import { sentFor } from "../helpers/map-rows";
import { readText } from "../helpers/repository";

const page = readText("docs/mapping.md");

it("the result in the example becomes what the page says Heap is sent", () => {
  const [result = "", sent = ""] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  const { updates, skips, notes } = mapDocument(result, { heapField: "" });
  expect(updates.map(({ identity, properties }) => ({ identity, properties }))).toEqual(JSON.parse(sent));
  expect(skips).toEqual(["no identity"]);
  expect(notes).toEqual([]);
});

const [, table = ""] = /^## Values\n([\s\S]*?)^## /m.exec(page) ?? [];

it.each([...table.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([, value = "", sent = ""]) => [value, sent]))(
  "the value %s is sent as the page says: %s",
  (value, sent) => {
    const [, text] = /^`(.*)`$/.exec(sent) ?? [];
    expect(sentFor(value)).toEqual(text);
  },
);
