/**
 * A process that stands in for Heap and does next to nothing while it is measured: it writes every body to a file
 * in the order they came, and answers after the latency that it is told. `check-values.ts` reads the file afterwards.
 */

import { openSync, writevSync } from "node:fs";
import { createServer } from "node:http";
import { sayUrl } from "./child-process";
import type { HeapFigures } from "./messages";

const [, , recordFile = "", latencyMs = "0"] = process.argv;

const record = openSync(recordFile, "a");
const figures: HeapFigures = { requests: 0, bytes: 0, mostAtOnce: 0 };
let open = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  open++;
  figures.mostAtOnce = Math.max(figures.mostAtOnce, open);
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    keep(chunks);
    setTimeout(() => {
      open--;
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    }, Number(latencyMs));
  });
});
server.listen(0, "127.0.0.1", () => sayUrl(server));

process.on("message", () => process.send?.(figures));

/** Before each body stands its length, in four bytes. */
function keep(chunks: readonly Buffer[]): void {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(length);
  const written = writevSync(record, [head, ...chunks]);
  if (written !== length + head.length) throw new Error("a body was not written whole");
  figures.requests++;
  figures.bytes += length;
}
