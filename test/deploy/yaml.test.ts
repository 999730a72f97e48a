/** Every YAML and JSON file that is shipped can be read, and no key in it stands twice. */

import { filesIn, readText, readYaml } from "../helpers/repository";

const FILES = ["compose.yaml", ...filesIn("deploy"), ...filesIn(".github")];

it.each(FILES.filter((file) => /\.ya?ml$/.test(file)))("%s can be read", (file) => {
  expect(readYaml(file).toJS()).toEqual(expect.any(Object));
});

it.each(["actions.json", ...FILES].filter((file) => file.endsWith(".json")))("%s can be read", (file) => {
  expect(JSON.parse(readText(file))).toEqual(expect.any(Object));
});
