/** `doctor` looks at the certificate behind the base URL. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { runCommand } from "../helpers/run-command";
import { tempFolders } from "../helpers/temp-folders";

const tempFolder = tempFolders();

/** Serves https with a certificate of its own for so many days. @returns doctor's line about it */
async function lineAbout(days: number, trusted: boolean): Promise<string> {
  const folder = tempFolder();
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
    ].concat(["-days", String(days), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]),
    { stdio: "ignore" },
  );
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
    response.end(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { output } = await runCommand(["doctor"], {
    ACTION_HUB_BASE_URL: `https://localhost:${port}`,
    DATA_DIR: folder,
    HEAP_API_URL: "http://127.0.0.1:9",
    ...(trusted && { NODE_EXTRA_CA_CERTS: cert }),
  });
  server.close();
  server.closeAllConnections();
  return output.split("\n").find((line) => line.includes("TLS")) ?? "";
}

it("takes a certificate that is trusted and has some time to go", async () => {
  expect(await lineAbout(90, true)).toMatch(/^✓ TLS {14}the certificate is good until \d{4}-\d\d-\d\d$/);
});

it("warns of one that ends within two weeks", async () => {
  expect(await lineAbout(5, true)).toMatch(/^✗ TLS {14}the certificate ends \d{4}-\d\d-\d\d: renew it$/);
});

it("does not take one that nobody vouches for", async () => {
  expect(await lineAbout(90, false)).toBe(
    "✗ TLS              no connection that can be trusted (DEPTH_ZERO_SELF_SIGNED_CERT): see to the certificate",
  );
});
