/**
 * The tables of the outbox. One entry a version, applied in order; an entry that has been released never changes, and only adds:
 * hubs of the version before go on beside it.
 */

/** What is written often and deleted soon is cleared away as soon as a thousand rows have gone, however large the table is. */
const CLEARED_SOON =
  "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0";

export const MIGRATIONS: readonly string[] = [
  `
  -- Hubs that are alive. One whose time has run out is deleted by another, and what it had is free.
  CREATE TABLE hubs (
    id    text PRIMARY KEY,
    until timestamptz NOT NULL
  ) WITH (fillfactor = 50, ${CLEARED_SOON});

  -- Whoever appends locks the row: positions have no gaps, and become visible in order.
  CREATE TABLE logs (
    name          text PRIMARY KEY,
    host          text NOT NULL,
    environment   text NOT NULL,
    next_position bigint NOT NULL DEFAULT 1,
    has_key_sets  boolean NOT NULL DEFAULT false   -- records of it are remembered for sync: changed
  ) WITH (fillfactor = 50, ${CLEARED_SOON});

  -- Whose each log is. Apart from the logs: whoever sends need not wait for whoever appends.
  CREATE TABLE leases (
    log          text PRIMARY KEY,
    number       bigint NOT NULL DEFAULT 0,        -- rises with each owner; every write of an owner carries it
    owner        text,                             -- a hub; null: nobody's
    former_until timestamptz,                      -- until when its former owner may have sent; null: that counts no more
    health       text NOT NULL DEFAULT '{}',       -- JSON
    probes       bigint NOT NULL DEFAULT 0         -- rises when somebody wants the environment probed
  ) WITH (fillfactor = 50, ${CLEARED_SOON});

  CREATE TABLE deliveries (
    id            text PRIMARY KEY,
    log           text NOT NULL,
    started_at    bigint NOT NULL,                 -- milliseconds since 1970
    finished_at   bigint,
    host          text NOT NULL,
    environment   text NOT NULL,
    type          text NOT NULL,
    title         text,
    title_folded  text,
    looker        text,
    webhook       text,
    link_key      text,
    outcome       text NOT NULL,
    asked         text NOT NULL,                   -- JSON, as all below that is no number
    read          text NOT NULL,
    ended         text,
    source        text,
    told          integer NOT NULL DEFAULT 0,
    reading_trace text,
    sending_trace text,
    sent          integer NOT NULL DEFAULT 0,
    refused       integer NOT NULL DEFAULT 0,
    dropped       integer NOT NULL DEFAULT 0,
    cancelled_at  bigint,
    is_new_environment integer NOT NULL DEFAULT 0,  -- 1: it was not among the reached ones when this one was begun
    held_up       boolean NOT NULL DEFAULT false,   -- all that is left waits for users that others are still sending
    preview       text,
    checkpoint    integer NOT NULL DEFAULT 0,      -- number of the last one that is stored
    batches_left  integer NOT NULL DEFAULT 0,      -- in the log
    keeper        text                             -- the hub that sees to it while something is left to do
  ) WITH (fillfactor = 50, ${CLEARED_SOON});
  CREATE INDEX deliveries_listed ON deliveries (started_at DESC, id DESC);
  CREATE INDEX deliveries_unfinished ON deliveries (id) WHERE finished_at IS NULL;
  CREATE INDEX deliveries_finished ON deliveries (finished_at);
  CREATE SEQUENCE deliveries_opened;

  CREATE TABLE batches (
    log      text NOT NULL,
    position bigint NOT NULL,
    delivery text NOT NULL,
    key_set  integer,                              -- where its fingerprints are; only of sync: changed
    at       bigint NOT NULL,                      -- milliseconds since 1970, by the clock of the hub that read it
    users    integer NOT NULL,
    bytes    integer NOT NULL,
    hashes   bytea NOT NULL,                       -- 32 bits a user
    rows     bytea NOT NULL,                       -- 32 bits a user
    body     bytea NOT NULL,
    PRIMARY KEY (log, position)
  ) WITH (${CLEARED_SOON}, toast.autovacuum_vacuum_scale_factor = 0,
          toast.autovacuum_vacuum_threshold = 20000, toast.autovacuum_vacuum_cost_delay = 0);
  CREATE INDEX batches_delivery ON batches (delivery, position);
  -- Servers before 14, and those built without it, compress bodies in their own way.
  DO $$ BEGIN
    ALTER TABLE batches ALTER COLUMN body SET COMPRESSION lz4;
  EXCEPTION WHEN OTHERS THEN NULL;
  END $$;

  -- The environments that a delivery has been delivered to. Retention leaves them.
  CREATE TABLE reached (
    host        text NOT NULL,
    environment text NOT NULL,
    PRIMARY KEY (host, environment)
  );

  -- The identities of batches that wait and are not in the memory of the log's owner, as sets: of use to this owner alone.
  CREATE TABLE identity_sets (
    log        text NOT NULL,
    first      bigint NOT NULL,                    -- position of the first batch
    part       integer NOT NULL,
    identities bytea NOT NULL,
    PRIMARY KEY (log, first, part)
  ) WITH (${CLEARED_SOON});
  ALTER TABLE identity_sets ALTER COLUMN identities SET STORAGE EXTERNAL;

  CREATE TABLE rejects (
    delivery     text NOT NULL,
    row          integer NOT NULL,
    identity     text,
    reason       text NOT NULL,
    record       text,                             -- as it was sent to Heap; absent where it never was
    column_label text,
    PRIMARY KEY (delivery, row)
  );

  -- Requests counted against Heap's limit that another owner of the log must not forget.
  CREATE TABLE sends (
    log    text NOT NULL,
    at     timestamptz NOT NULL,
    hashes bytea NOT NULL
  ) WITH (${CLEARED_SOON});
  CREATE INDEX sends_at ON sends (log, at);

  CREATE TABLE key_sets (
    id      integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    log     text NOT NULL,
    type    text NOT NULL,
    keys    text NOT NULL,                         -- JSON, sorted
    used_at bigint NOT NULL,                       -- milliseconds since 1970
    UNIQUE (log, type, keys)
  );

  -- What Heap holds once the batch at the position is out of the log, as hashes of 48 bits. Half of each page is left free: a value
  -- that changes is written beside the one before, whose place the next one takes.
  CREATE TABLE fingerprints (
    key_set  integer NOT NULL,
    identity bigint NOT NULL,
    value    bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (key_set, identity)
  ) WITH (fillfactor = 55, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

  -- Work that one hub at a time does.
  CREATE TABLE chores (
    name  text PRIMARY KEY,
    until timestamptz NOT NULL
  );

  -- What the hubs share beside the outbox: generated tokens, notices to be sent, sessions that were ended.
  CREATE TABLE shared (
    kind  text NOT NULL,
    name  text NOT NULL,
    value text NOT NULL,
    at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, name)
  );
  `,
];
