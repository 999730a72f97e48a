/** A process that stands in for Looker's download: it serves the files of a folder, read as they are sent. */

import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { sayUrl } from "./child-process";

const [, , folder = "."] = process.argv;

const server = createServer((request, response) => {
  const file = createReadStream(path.join(folder, path.basename(request.url ?? "")), {
    highWaterMark: 256 * 1024,
  });
  file.on("error", () => response.writeHead(404).end());
  response.writeHead(200, { "content-type": "application/json" });
  file.pipe(response);
});
server.listen(0, "127.0.0.1", () => sayUrl(server));
