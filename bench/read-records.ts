/** Reads the records of a request body with every number as it is written, which `JSON.parse` does not give. */

export interface BodyReader {
  record(identity: string): void;
  /** @param value a number as it is written, or a text in quotes without escapes */
  property(key: string, value: string): void;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * @returns how many records there were
 * @throws when it is not a bulk body of users whose properties are numbers and texts
 */
export function readRecords(body: string, reader: BodyReader): number {
  // Holds it to JSON's grammar, which what follows does not.
  JSON.parse(body);
  const text = new BodyText(body);
  text.skip('{"app_id":');
  text.string();
  text.skip(',"users":[');
  let records = 0;
  do {
    text.skip('{"identity":');
    reader.record(text.string());
    text.skip(',"properties":{');
    do reader.property(text.string(), text.skip(":").value());
    while (text.comma());
    text.skip("}}");
    records++;
  } while (text.comma());
  text.skip("]}");
  return records;
}

class BodyText {
  private at = 0;

  constructor(private readonly body: string) {}

  skip(expected: string): this {
    if (!this.body.startsWith(expected, this.at)) throw new Error(`${expected} expected at ${this.at}`);
    this.at += expected.length;
    return this;
  }

  comma(): boolean {
    if (this.body[this.at] !== ",") return false;
    this.at++;
    return true;
  }

  value(): string {
    if (this.body[this.at] === '"') return `"${this.string()}"`;
    NUMBER.lastIndex = this.at;
    const [number] = NUMBER.exec(this.body) ?? [];
    if (number === undefined) throw new Error(`a number or a text expected at ${this.at}`);
    this.at += number.length;
    return number;
  }

  string(): string {
    const start = this.at;
    this.skip('"');
    let end = this.body.indexOf('"', this.at);
    while (this.isEscaped(end)) end = this.body.indexOf('"', end + 1);
    this.at = end + 1;
    const raw = this.body.slice(start, this.at);
    return raw.includes("\\") ? String(JSON.parse(raw)) : raw.slice(1, -1);
  }

  private isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.body[at - 1 - backslashes] === "\\") backslashes++;
    return backslashes % 2 === 1;
  }
}
