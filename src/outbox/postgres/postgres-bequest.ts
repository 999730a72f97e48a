/** What a hub leaves to the others, in PostgreSQL. */

import type { Bequest } from "../bequest";
import type { Store } from "./store";

const KIND = "bequest";

export class PostgresBequest implements Bequest {
  constructor(private readonly store: Store) {}

  async keep(text: string | undefined): Promise<void> {
    const { writes, database, membership } = this.store;
    await writes.soon(async () => {
      if (text === undefined)
        await database.query("DELETE FROM shared WHERE kind = $1 AND name = $2", [KIND, membership.id]);
      else
        await database.query(
          `INSERT INTO shared (kind, name, value) VALUES ($1, $2, $3)
           ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value`,
          [KIND, membership.id, text],
        );
    });
  }

  async inherit(): Promise<string[]> {
    const left = await this.store.database.query<{ value: string }>(
      "DELETE FROM shared WHERE kind = $1 AND NOT EXISTS (SELECT 1 FROM hubs WHERE hubs.id = name) RETURNING value",
      [KIND],
    );
    return left.map(({ value }) => value);
  }
}
