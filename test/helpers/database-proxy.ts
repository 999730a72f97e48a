/** Stands between a hub and its database, and cuts them off from each other as a network does. */

import type { AddressInfo } from "node:net";
import { connect as connectTo, createServer, type Server, type Socket } from "node:net";

export class DatabaseProxy {
  private readonly pairs = new Map<Socket, Socket>();
  private isCut = false;
  private swallows = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on("connection", (client) => this.connect(client));
  }

  /** @param url of the database */
  static async start(url: string): Promise<DatabaseProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new DatabaseProxy(server, new URL(url));
  }

  /** Of the same database, by way of this. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Ends all connections, and lets none come about. */
  cut(): void {
    this.isCut = true;
    for (const [client, database] of this.pairs) {
      client.destroy();
      database.destroy();
    }
  }

  /** What the database answers does not arrive any more. */
  swallowAnswers(): void {
    this.swallows = true;
  }

  restore(): void {
    this.isCut = false;
    this.swallows = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connect(client: Socket): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const database = connectTo(Number(this.target.port || 5432), this.target.hostname);
    this.pairs.set(client, database);
    client.pipe(database);
    database.on("data", (piece) => {
      if (!this.swallows) client.write(piece);
    });
    const end = () => {
      this.pairs.delete(client);
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) socket.on("error", end).on("close", end);
  }
}
