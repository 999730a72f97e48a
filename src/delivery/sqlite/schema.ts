/** The tables of the outbox. One entry a version, applied in order; an entry that has been released never changes. */

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE deliveries (
    id          TEXT PRIMARY KEY,
    started_at  INTEGER NOT NULL,            -- milliseconds since 1970
    finished_at INTEGER,
    host        TEXT NOT NULL,
    environment TEXT NOT NULL,
    type        TEXT NOT NULL,
    reading     TEXT NOT NULL,               -- JSON of the Reading at the last checkpoint
    sent        INTEGER NOT NULL DEFAULT 0,
    refused     INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_finished ON deliveries (finished_at);

  -- The log. The body stands last, so that the rest of a row is read without it.
  CREATE TABLE batches (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    log      TEXT NOT NULL,
    delivery TEXT NOT NULL,
    key_set  INTEGER,                        -- where its fingerprints are; only of sync: changed
    hashes   BLOB NOT NULL,                  -- 32 bits a user
    rows     BLOB NOT NULL,                  -- 32 bits a user
    body     BLOB NOT NULL
  ) STRICT;
  CREATE INDEX batches_log ON batches (log, position);
  CREATE INDEX batches_delivery ON batches (delivery);

  CREATE TABLE rejects (
    delivery TEXT NOT NULL,
    row      INTEGER NOT NULL,
    identity TEXT,
    reason   TEXT NOT NULL,
    record   TEXT,                           -- as it was sent to Heap; absent where it never was
    PRIMARY KEY (delivery, row)
  ) STRICT, WITHOUT ROWID;

  -- Requests counted against Heap's limit that a restarted hub must not forget.
  CREATE TABLE sends (
    log    TEXT NOT NULL,
    at     INTEGER NOT NULL,                 -- milliseconds since 1970
    hashes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX sends_at ON sends (at);

  CREATE TABLE key_sets (
    id      INTEGER PRIMARY KEY,
    log     TEXT NOT NULL,
    type    TEXT NOT NULL,
    keys    TEXT NOT NULL,                   -- JSON, sorted
    used_at INTEGER NOT NULL,                -- milliseconds since 1970
    UNIQUE (log, type, keys)
  ) STRICT;

  -- What Heap was last confirmed to hold, as hashes of 48 bits.
  CREATE TABLE fingerprints (
    key_set  INTEGER NOT NULL,
    identity INTEGER NOT NULL,
    value    INTEGER NOT NULL,
    position INTEGER NOT NULL,               -- of the batch that is to confirm it; 0: confirmed
    PRIMARY KEY (key_set, identity)
  ) STRICT, WITHOUT ROWID;
  `,
];
