/** The server takes no new work when it closes, and sends every reply that is under way. */

import express, { type Response } from "express";
import { SetupError } from "../src/errors";
import { listen, type RunningServer } from "../src/server";

let server: RunningServer;

afterEach(async () => server.close());

it("says where it listens, with the port that was free", async () => {
  server = await listen(
    express().get("/", (_request, response) => response.send("here")),
    0,
    "127.0.0.1",
  );
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(server.url)).text()).toBe("here");
});

it("says that the port is taken, and what to do", async () => {
  server = await listen(express(), 0, "127.0.0.1");
  const port = Number(new URL(server.url).port);
  await expect(listen(express(), port, "127.0.0.1")).rejects.toThrow(
    new SetupError(`Port ${port} is taken: set PORT to another.`),
  );
});

it("has closed as soon as the last reply is sent, though Looker would keep the connection", async () => {
  let waiting: (response: Response) => void = () => undefined;
  const arrived = new Promise<Response>((resolve) => {
    waiting = resolve;
  });
  server = await listen(
    express().get("/", (_request, response) => waiting(response)),
    0,
    "127.0.0.1",
  );
  const reply = fetch(server.url, { headers: { connection: "keep-alive" } });
  const response = await arrived;

  const closed = server.close();
  await expect(fetch(server.url)).rejects.toThrow();
  response.send("the last reply");

  expect(await (await reply).text()).toBe("the last reply");
  await closed;
});
