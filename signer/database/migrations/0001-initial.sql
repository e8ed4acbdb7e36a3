-- Times are seconds since 1970, serial numbers the content octets of the INTEGER, hashes SHA-256.

-- What the signer knows of itself: name and value.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- One CA of the policy file. A row exists from the moment its key is asked for.
CREATE TABLE authority (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  issuer_id     INTEGER REFERENCES authority (id),
  keystore      TEXT NOT NULL,
  key_label     TEXT NOT NULL UNIQUE,
  spki          BLOB NOT NULL,
  subject       BLOB NOT NULL,
  -- NULL until it is certified; its row in `certificate` belongs to the issuer (a root is its own).
  certificate   BLOB,
  shard_bits    INTEGER NOT NULL DEFAULT 0,
  crl_number    INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL
) STRICT;

-- Requests as they came; the fingerprints are those of CP 3.2.1.
CREATE TABLE certification_request (
  id          INTEGER PRIMARY KEY,
  sha256      BLOB NOT NULL,
  spki_sha256 BLOB NOT NULL,
  der         BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

-- Every serial number that an authority ever assigned (CP 4.9.10). `reserved` is the intent, on
-- record before the key is asked; `abandoned` one that never got a signature.
CREATE TABLE certificate (
  id           INTEGER PRIMARY KEY,
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  serial       BLOB NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'abandoned')),
  profile      TEXT NOT NULL,
  subject      BLOB NOT NULL,
  spki_sha256  BLOB NOT NULL,
  not_before   INTEGER NOT NULL,
  not_after    INTEGER NOT NULL,
  der          BLOB,
  request_id   INTEGER REFERENCES certification_request (id),
  reserved_at  INTEGER NOT NULL,
  UNIQUE (authority_id, serial),
  CHECK ((state = 'issued') = (der IS NOT NULL))
) STRICT;

-- CSR-5: a key is certified once.
CREATE UNIQUE INDEX certificate_key ON certificate (spki_sha256) WHERE state <> 'abandoned';

-- Once recorded a revocation is never undone; it counts from here on, signed or not.
CREATE TABLE revocation (
  certificate_id  INTEGER PRIMARY KEY REFERENCES certificate (id),
  authority_id    INTEGER NOT NULL REFERENCES authority (id),
  revocation_date INTEGER NOT NULL,
  reason          INTEGER NOT NULL CHECK (reason IN (1, 3, 4, 5)),
  recorded_at     INTEGER NOT NULL,
  recorded_by     TEXT NOT NULL
) STRICT;

CREATE INDEX revocation_authority ON revocation (authority_id, certificate_id);

CREATE TABLE crl (
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  crl_number   INTEGER NOT NULL,
  this_update  INTEGER NOT NULL,
  next_update  INTEGER NOT NULL,
  entries      INTEGER NOT NULL,
  der          BLOB NOT NULL,
  PRIMARY KEY (authority_id, crl_number)
) STRICT;

-- Delegated OCSP responders; the newest that is valid signs.
CREATE TABLE responder (
  id             INTEGER PRIMARY KEY,
  authority_id   INTEGER NOT NULL REFERENCES authority (id),
  certificate_id INTEGER NOT NULL REFERENCES certificate (id),
  keystore       TEXT NOT NULL,
  key_label      TEXT NOT NULL UNIQUE,
  spki           BLOB NOT NULL,
  certificate    BLOB NOT NULL,
  signature_algorithm TEXT NOT NULL,
  not_after      INTEGER NOT NULL
) STRICT;

CREATE TABLE ocsp_batch (
  id             INTEGER PRIMARY KEY,
  authority_id   INTEGER NOT NULL REFERENCES authority (id),
  responder_id   INTEGER NOT NULL REFERENCES responder (id),
  produced_at    INTEGER NOT NULL,
  this_update    INTEGER NOT NULL,
  next_update    INTEGER NOT NULL,
  archive_cutoff INTEGER
) STRICT;

-- The current pre-signed answers of each certificate. `place` are the 20 leading bits of its place
-- among shards, so that a shard is one range of the key. `verified` is 0 until both signatures were
-- checked with the responder's public key; nothing unverified is published.
CREATE TABLE ocsp_response (
  authority_id     INTEGER NOT NULL,
  place            INTEGER NOT NULL,
  serial           BLOB NOT NULL,
  batch_id         INTEGER NOT NULL REFERENCES ocsp_batch (id),
  reason           INTEGER NOT NULL,
  revocation_time  INTEGER NOT NULL,
  signature_sha1   BLOB NOT NULL,
  signature_sha256 BLOB NOT NULL,
  verified         INTEGER NOT NULL,
  PRIMARY KEY (authority_id, place, serial)
) STRICT, WITHOUT ROWID;

CREATE INDEX ocsp_response_batch ON ocsp_response (batch_id);

-- What the next epoch has to carry: one row a changed shard or file, written in the transaction of
-- the change itself.
CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL CHECK (kind IN ('shard', 'crl', 'ca-certificate')),
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  place        INTEGER
) STRICT;

-- What the last promised epoch serves.
CREATE TABLE snapshot_shard (
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  shard_index  INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  PRIMARY KEY (authority_id, shard_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot_file (
  path         TEXT PRIMARY KEY,
  media_type   INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  length       INTEGER NOT NULL,
  this_update  INTEGER,
  next_update  INTEGER,
  chunk_hashes BLOB NOT NULL
) STRICT;

-- The hash chain of heads. `promised`: signed, and goes out whatever happens.
CREATE TABLE epoch (
  number       INTEGER PRIMARY KEY,
  state        TEXT NOT NULL CHECK (state IN ('promised', 'published')),
  root_hash    BLOB NOT NULL,
  head_hash    BLOB NOT NULL,
  note         BLOB NOT NULL,
  time         INTEGER NOT NULL,
  expires      INTEGER NOT NULL,
  published_at INTEGER
) STRICT;

-- Bytes that a promised epoch still has to bring to the store.
CREATE TABLE epoch_blob (
  epoch INTEGER NOT NULL REFERENCES epoch (number),
  hash  BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (epoch, hash)
) STRICT;

-- Directory pages of authorities with more than 2^11 shards.
CREATE TABLE snapshot_page (
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  page_index   INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  PRIMARY KEY (authority_id, page_index)
) STRICT, WITHOUT ROWID;

-- Facts whose CRL and OCSP responses are still to be signed: written with the fact, removed with the
-- artifacts, so that nothing recorded is ever left unpublished by a crash.
CREATE TABLE unsettled (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  authority_id   INTEGER NOT NULL REFERENCES authority (id),
  certificate_id INTEGER NOT NULL REFERENCES certificate (id)
) STRICT;

CREATE INDEX unsettled_certificate ON unsettled (certificate_id, id);
