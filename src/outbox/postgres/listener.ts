/** Hears when another hub has written something, over a connection of its own. Behind a pooler it may hear nothing. */

import { Client } from "pg";
import { Alarm, type Clock } from "../../clock";
import { connectionOf } from "./database";

export interface ListenerOptions {
  /** Secret: it may hold a password. */
  url: string;
  clock: Clock;
  /** Nothing is heard after it. */
  signal: AbortSignal;
  heard(): void;
}

/** A connection that has ended, or could not be made, is made again after so many milliseconds. */
const AGAIN_MS = 5000;

export class Listener {
  private client: Client | undefined;
  private connecting: Promise<void>;
  private readonly again: Alarm;

  constructor(private readonly options: ListenerOptions) {
    this.again = new Alarm(options.clock, () => this.begin(), options.signal);
    this.connecting = this.connect();
  }

  async stop(): Promise<void> {
    this.again.off();
    await this.connecting;
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private begin(): void {
    this.connecting = this.connect();
  }

  private async connect(): Promise<void> {
    const client = new Client(connectionOf(this.options.url));
    client.on("notification", () => this.options.heard());
    client.on("error", () => this.lose(client));
    client.on("end", () => this.lose(client));
    this.client = client;
    try {
      await client.connect();
      await client.query("LISTEN looker_heap_hub");
    } catch {
      this.lose(client);
    }
  }

  private lose(client: Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    void client.end().catch(() => undefined);
    this.again.set(AGAIN_MS);
  }
}
