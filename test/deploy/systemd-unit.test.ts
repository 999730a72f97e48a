/** The systemd unit: what systemd would take, and what fits the hub. */

import { spawnSync } from "node:child_process";
import path from "node:path";
import { ROOT, readText } from "../helpers/repository";

const FILE = "deploy/looker-heap-action-hub.service";
const unit = new Map(
  [...readText(FILE).matchAll(/^(\w+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]),
);

it("starts the server, and does not repeat a start with settings that are wrong", () => {
  expect(unit.get("ExecStart")).toMatch(
    /^\/usr\/bin\/node \/opt\/looker-heap-action-hub\/dist\/main\.js serve$/,
  );
  const { status } = spawnSync(process.execPath, [path.join(ROOT, "dist/main.js"), "serve"], {
    env: { PORT: "none" },
  });
  expect(unit.get("RestartPreventExitStatus")).toBe(String(status));
});

it("keeps the data in the folder that systemd makes for it", () => {
  expect(unit.get("Environment")?.split(" ")).toContain(`DATA_DIR=/var/lib/${unit.get("StateDirectory")}`);
});

it("is a unit that systemd finds nothing wrong with", () => {
  const { error, stderr } = spawnSync("systemd-analyze", ["verify", path.join(ROOT, FILE)], {
    encoding: "utf8",
  });
  if (error && process.env["CI"] !== "true") {
    process.stderr.write("SKIPPED, there is no systemd-analyze here: the systemd unit is not verified\n");
    return;
  }
  expect(error).toBeUndefined();
  // Where this machine has Node.js is not the unit's matter.
  const isOurs = (line: string) => line !== "" && !line.includes("/usr/bin/node is not executable");
  expect(stderr.split("\n").filter(isOurs)).toEqual([]);
});
