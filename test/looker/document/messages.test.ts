/** What Looker says about a result beside its rows: errors, notes, and that rows were left out. */

import { decode } from "../../helpers/decode";
import { fixture } from "../../helpers/fixture";

const FIELDS =
  '"fields":{"dimensions":[{"name":"users.email"}],"measures":[],"table_calculations":[],"pivots":[]}';
const DATA = '"data":[{"users.email":{"value":"a@x"}},{"users.email":{"value":"b@x"}}]';

function messages(errors: string): readonly string[] {
  return decode(`{${FIELDS},"errors":${errors},${DATA}}`).decoder.messages;
}

describe("what Looker says about a result", () => {
  it("is taken from the errors, details included", () => {
    expect(decode(fixture("query_error.json")).decoder.messages).toEqual([
      "The MySQL database encountered an error while running this query: Unknown column 'users.emial' in 'field list'",
    ]);
  });

  it.each(['{"errors":[{"message":"No access"}]}', '{"data":[],"errors":[{"message":"No access"}]}'])(
    "is enough for a document, when it is all that there is: %s",
    (document) => {
      expect(decode(document).decoder.messages).toEqual(["No access"]);
    },
  );

  it("is enough for a document whose fields and rows are null", () => {
    const { decoder } = decode('{"fields":null,"data":null,"errors":[{"message":"No access"}]}');
    expect(decoder.messages).toEqual(["No access"]);
  });

  it("may come after the rows", () => {
    const { decoder } = decode(`{${FIELDS},${DATA},"errors":[{"message":"Note: limit reached"}]}`);
    expect(decoder.messages).toEqual(["Note: limit reached"]);
    expect(decoder.rows).toBe(2);
  });

  it("may be nothing", () => {
    expect(messages("null")).toEqual([]);
    expect(messages("[]")).toEqual([]);
  });

  it("may be several messages", () => {
    expect(messages('[{"message":"one"},{"message":"two","message_details":""}]')).toEqual(["one", "two"]);
  });

  it("may be a plain text or one object", () => {
    expect(messages('"broken"')).toEqual(["broken"]);
    expect(messages('["broken"]')).toEqual(["broken"]);
    expect(messages('{"message":"broken"}')).toEqual(["broken"]);
  });

  it("is never lost for its shape", () => {
    expect(messages('[{"code":7}]')).toEqual(["Looker reported an error without a message"]);
    expect(messages("[42]")).toEqual(["42"]);
  });

  it("tells when rows were left out", () => {
    expect(decode(`{${FIELDS},"truncated":true,${DATA}}`).decoder.truncated).toBe(true);
    expect(decode(`{${FIELDS},${DATA},"truncated":true}`).decoder.truncated).toBe(true);
  });

  it.each(["false", "null", '"true"', "1", "{}"])(
    "tells of no row left out with truncated: %s",
    (truncated) => {
      expect(decode(`{${FIELDS},"truncated":${truncated},${DATA}}`).decoder.truncated).toBe(false);
    },
  );
});
