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
  `
  -- What the pages show of a delivery. None of it grows with the rows of the result.
  ALTER TABLE deliveries ADD COLUMN title TEXT;               -- of Looker's schedule
  ALTER TABLE deliveries ADD COLUMN title_folded TEXT;        -- for the search
  ALTER TABLE deliveries ADD COLUMN looker TEXT;              -- id of the Looker instance
  ALTER TABLE deliveries ADD COLUMN webhook TEXT;
  ALTER TABLE deliveries ADD COLUMN link_key TEXT;            -- opens its page without a sign-in
  ALTER TABLE deliveries ADD COLUMN outcome TEXT NOT NULL DEFAULT 'in progress';
  ALTER TABLE deliveries ADD COLUMN cancelled_at INTEGER;     -- milliseconds since 1970
  ALTER TABLE deliveries ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0; -- users not sent as it was cancelled
  ALTER TABLE deliveries ADD COLUMN trace TEXT;               -- JSON: what happened, and how fast
  ALTER TABLE deliveries ADD COLUMN preview TEXT;             -- JSON: the first records of a dry run
  ALTER TABLE rejects ADD COLUMN column_label TEXT;
  UPDATE deliveries SET outcome = 'delivered' WHERE finished_at IS NOT NULL;

  -- Holds all that a search looks at, so that it reads nothing else.
  CREATE INDEX deliveries_listed ON deliveries (started_at, id, title_folded, looker, environment, outcome);
  `,
  `
  -- Each part of a report by itself: each has one writer.
  ALTER TABLE deliveries ADD COLUMN asked TEXT NOT NULL DEFAULT '{}';  -- JSON: what was asked for
  ALTER TABLE deliveries ADD COLUMN read TEXT NOT NULL DEFAULT '{}';   -- JSON: what had been read at the last checkpoint
  ALTER TABLE deliveries ADD COLUMN ended TEXT;                        -- JSON: how the reading ended
  ALTER TABLE deliveries ADD COLUMN source TEXT;                       -- how to have the result again, while it is read
  ALTER TABLE deliveries ADD COLUMN told INTEGER NOT NULL DEFAULT 0;   -- 1: Looker was told success early
  ALTER TABLE deliveries ADD COLUMN reading_trace TEXT;                -- JSON: what happened while it was read
  ALTER TABLE deliveries ADD COLUMN sending_trace TEXT;                -- JSON: what happened while it was sent, and how fast
  UPDATE deliveries SET
    asked = json_patch(
      json_object('dryRun', json(reading -> '$.dryRun'), 'longValues', reading ->> '$.longValues',
                  'sync', reading ->> '$.sync'),
      iif(reading -> '$.rerun' IS NULL, '{}', json_object('rerun', json(reading -> '$.rerun')))),
    read = json_remove(reading, '$.dryRun', '$.longValues', '$.sync', '$.rerun', '$.end', '$.source', '$.toldSuccess'),
    ended = iif(outcome = 'refused', '{"isRefused":true,"truncated":false,"messages":[]}', reading -> '$.end'),
    source = reading ->> '$.source',
    told = coalesce(reading ->> '$.toldSuccess', 0),
    sending_trace = trace;

  -- The identities of batches that wait and are not in memory, as sets: of use while the hub runs.
  CREATE TABLE identity_sets (
    log        TEXT NOT NULL,
    first      INTEGER NOT NULL,             -- position of the first batch
    part       INTEGER NOT NULL,
    identities BLOB NOT NULL,
    UNIQUE (log, first, part)
  ) STRICT;
  -- The environments that a delivery has been delivered to. Retention leaves them.
  CREATE TABLE reached (
    host        TEXT NOT NULL,
    environment TEXT NOT NULL,
    PRIMARY KEY (host, environment)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO reached
    SELECT DISTINCT host, environment FROM deliveries WHERE outcome = 'delivered' AND sent > 0;
  ALTER TABLE deliveries ADD COLUMN is_new_environment INTEGER NOT NULL DEFAULT 0; -- 1: it was not there when this one was begun
  ALTER TABLE deliveries DROP COLUMN reading;
  ALTER TABLE deliveries DROP COLUMN trace;
  `,
];
