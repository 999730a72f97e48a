/** The request body as Heap takes it, and its records found again when it has to be split. */

import fc from "fast-check";
import { BODY_END, bodyStart, findRecords, identityIn, KINDS, type KindName } from "../../src/heap";

const kinds = fc.constantFrom(...(Object.keys(KINDS) as KindName[]));

/** Texts with much of what could be taken for the end of a text or of a record. */
const texts = fc.oneof(
  fc
    .array(fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", ":", "é", "💥", "\n", "a"))
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary" }),
);

const records = fc
  .tuple(texts, fc.dictionary(texts, fc.oneof(texts, fc.integer(), fc.double({ noNaN: true }))))
  .map(([identity, properties]) => ({ identity, properties }));

type RecordOfBody = typeof records extends fc.Arbitrary<infer T> ? T : never;

/** What a row of an event gives before its properties. */
const OF_EVENT = '"event":"Paid","properties":{';

function recordText(kind: KindName, { identity, properties }: RecordOfBody): Buffer {
  const given = `${kind === "event" ? OF_EVENT : ""}${JSON.stringify(properties).slice(1)}`;
  return Buffer.from(`${KINDS[kind].start}${JSON.stringify(identity)}${KINDS[kind].properties}${given}}`);
}

function bodyOf(kind: KindName, texts: readonly Buffer[]): Buffer {
  const separated = texts.flatMap((text, index) => (index === 0 ? [text] : [Buffer.from(","), text]));
  return Buffer.concat([bodyStart("123", kind), ...separated, BODY_END]);
}

describe("a body", () => {
  it("of users has the names that Heap's bulk endpoint takes", () => {
    const text = recordText("user", { identity: "a@x", properties: { Plan: "Team" } });
    expect(bodyOf("user", [text]).toString()).toBe(
      '{"app_id":"123","users":[{"identity":"a@x","properties":{"Plan":"Team"}}]}',
    );
  });

  it("of accounts has theirs", () => {
    const text = recordText("account", { identity: "acme", properties: { Seats: 5 } });
    expect(bodyOf("account", [text]).toString()).toBe(
      '{"app_id":"123","accounts":[{"account_id":"acme","properties":{"Seats":5}}]}',
    );
  });

  it("of events has theirs", () => {
    const text = recordText("event", { identity: "a@x", properties: { Seats: 5 } });
    expect(bodyOf("event", [text]).toString()).toBe(
      '{"app_id":"123","events":[{"identity":"a@x","event":"Paid","properties":{"Seats":5}}]}',
    );
  });
});

describe("the records of a body", () => {
  it("are found each to the byte, whatever their texts hold", () => {
    fc.assert(
      fc.property(kinds, fc.array(records, { maxLength: 8 }), (kind, given) => {
        const texts = given.map((record) => recordText(kind, record));
        const body = bodyOf(kind, texts);
        const found = findRecords(body).map(({ start, end }) => body.subarray(start, end));
        expect(found).toEqual(texts);
      }),
    );
  });

  it("have their identity where it is looked for, whatever it holds", () => {
    fc.assert(
      fc.property(kinds, records, (kind, given) => {
        const text = recordText(kind, given);
        const { start, end } = identityIn(text, kind);
        expect(JSON.parse(text.toString("utf8", start, end))).toBe(given.identity);
      }),
    );
  });

  it("are found where values nest", () => {
    const text = Buffer.from('{"identity":"a","properties":{"Place":{"lat":{"deg":1}},"List":[{"x":"}"}]}}');
    const body = bodyOf("user", [text, text]);
    expect(findRecords(body).map(({ start, end }) => body.subarray(start, end))).toEqual([text, text]);
  });

  it("are none where there are none", () => {
    expect(findRecords(bodyOf("user", []))).toEqual([]);
  });
});
