/** Whole results, from Looker's document to what delivery gets. */

import { fixture } from "../helpers/fixture";
import { mapDocument } from "../helpers/map-document";

describe("a whole result", () => {
  it("arrives row by row, every value as it stands in Looker", () => {
    const { updates, skips, rejects } = mapDocument(fixture("lite_stream.json"), { heapField: "" });
    expect(updates.map(({ identity, text }) => [identity, text])).toEqual([
      [
        "ana@example.com",
        '"Users ID":"9007199254740993","Users Is Active (Yes / No)":"Yes","Orders Total":-12.50,"Share":0.25',
      ],
      ["zoë@example.com", '"Users ID":0,"Users Is Active (Yes / No)":"No"'],
    ]);
    expect(skips).toEqual(["no identity"]);
    expect(rejects).toEqual([]);
  });

  it("arrives with a property for each pivot value", () => {
    const { updates } = mapDocument(fixture("pivoted.json"), {
      heapField: "email",
      propertyNames: "label_short",
    });
    expect(updates.map(({ identity, properties }) => [identity, properties])).toEqual([
      [
        "ana@example.com",
        { "Count (2024-01, web)": 3, "Count (Total)": 3, "Growth (2024-01, web)": 0.5, Rank: 1 },
      ],
      [
        "ben@example.com",
        {
          "Count (2024-01, web)": 0,
          "Count (2024-02, shop)": 7,
          "Count (2024-03, web)": 1,
          "Count (Total)": 8,
        },
      ],
    ]);
  });

  it("that a real Looker wrote arrives whole", () => {
    const { updates, columns } = mapDocument(fixture("json_detail_example.json"), {
      heapField: "Created Month",
    });
    expect(updates).toHaveLength(13);
    expect(updates[0]).toEqual({
      row: 1,
      identity: "2017-07",
      properties: { "Orders Count": 773 },
      text: '"Orders Count":773',
    });
    expect(columns.map(({ name, key }) => [name, key])).toEqual([
      ["orders.created_month", undefined],
      ["orders.count", "Orders Count"],
    ]);
  });
});
