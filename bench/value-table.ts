/** What every user's properties are, in a few bytes each: two tables are equal when every value is. */

/**
 * A value is kept as 32 bits of its text, so that five million users fit into memory: of wrong values, one in four
 * billion would go unseen.
 */
export class ValueTable {
  private readonly hashes: Uint32Array;
  private readonly seen: Uint8Array;

  constructor(
    private readonly users: number,
    private readonly keys: readonly string[],
  ) {
    this.hashes = new Uint32Array(users * keys.length);
    this.seen = new Uint8Array(users);
  }

  /** @throws when no such user is expected */
  addUser(user: number): void {
    if (!(user >= 0 && user < this.users)) throw new Error(`no user has the number ${user}`);
    this.seen[user] = 1;
  }

  /** The value takes the place of an earlier one. @param value its text, in quotes if it is not a number */
  set(user: number, key: number, value: string): void {
    this.hashes[user * this.keys.length + key] = hash(value);
  }

  get userCount(): number {
    return this.seen.reduce((sum, seen) => sum + seen, 0);
  }

  /** How many values differ from those of another table of the same size, with the first few by name. */
  differences(other: ValueTable): { count: number; examples: string[] } {
    let count = 0;
    const examples: string[] = [];
    for (const [at, value] of this.hashes.entries()) {
      if (value === other.hashes[at]) continue;
      count++;
      if (examples.length < 5) {
        examples.push(`${this.keys[at % this.keys.length]} of user ${Math.floor(at / this.keys.length)}`);
      }
    }
    return { count, examples };
  }
}

/** FNV-1a over the UTF-16 code units; never 0, which is no value. */
function hash(value: string): number {
  let hashed = 0x811c9dc5;
  for (let at = 0; at < value.length; at++) hashed = Math.imul(hashed ^ value.charCodeAt(at), 0x01000193);
  return hashed >>> 0 || 1;
}
