/** The benchmark's check of every value, which is to fail a run that was fast and wrong. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { ValueCheck } from "../../bench/check-values";
import { type Dataset, resultOptions, userCount } from "../../bench/dataset";
import { generateResult } from "../../stand-ins/looker";
import { mapDocument } from "../helpers/map-document";
import { tempFolders } from "../helpers/temp-folders";

const folder = tempFolders();

const DATASET: Dataset = { rows: 60, columns: 20, values: "short", repeated: 0.2 };

/** Checks a request with what the mapping makes of the result, changed on its way. */
function check(dataset: Dataset, change: (body: string) => string = (body) => body): void {
  const options = resultOptions(dataset);
  const { updates } = mapDocument([...generateResult(options)].join(""));
  const records = updates.map(
    ({ identity, text }) => `{"identity":${JSON.stringify(identity)},"properties":{${text}}}`,
  );
  const body = Buffer.from(change(`{"app_id":"1","users":[${records.join()}]}`));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  const file = path.join(folder(), "record");
  writeFileSync(file, Buffer.concat([head, body]));
  new ValueCheck(userCount(dataset), [options]).check(file);
}

function failsWith(change: (body: string) => string, message: string | RegExp): void {
  expect(() => check(DATASET, change)).toThrow(message);
}

describe("the check of every value", () => {
  it.each(["short", "ascii", "long"] as const)("takes what the mapping makes of %s values", (values) => {
    expect(() => check({ ...DATASET, values })).not.toThrow();
  });

  it("fails for a wrong digit", () => {
    failsWith((body) => body.replace(/("Users External ID":"\d+)\d/, "$1x"), "1 values are wrong");
  });

  it("fails for a number that is written in another way", () => {
    failsWith((body) => body.replace(/("Orders Total":-?\d+\.\d+)/, "$10"), "Orders Total of user 0");
  });

  it("fails for a number that became text", () => {
    failsWith((body) => body.replace(/"Orders Count":(\d+)/, '"Orders Count":"$1"'), "1 values are wrong");
  });

  it("fails for a value that is missing, and for one too many", () => {
    failsWith((body) => body.replace(/"Orders Count":\d+,/, ""), "Orders Count of user 0");
    failsWith((body) => body.replace('"Orders Count":', '"Orders Cost":1,"Orders Count":'), "Orders Cost");
  });

  it("fails for a user that is missing, and for one too many", () => {
    failsWith((body) => body.replace(/\{"identity":"[^"]+","properties":\{[^}]+\}\},/, ""), "47 of 48 users");
    failsWith((body) => body.replace("shopper.0@", "shopper.48@"), "no user has the number 48");
  });

  it("fails for an update that came too late", () => {
    failsWith((body) => {
      const [start = "", ...records] = body.slice(0, -2).split(/(?=\{"identity")/);
      const [last = "", ...others] = records.reverse();
      return `${start}${last},${others.reverse().join("").replace(/,$/, "")}]}`;
    }, "values are wrong");
  });

  it("fails for a request that is not JSON", () => {
    failsWith((body) => body.replace("shopper", "shop\\per"), "JSON");
  });
});
