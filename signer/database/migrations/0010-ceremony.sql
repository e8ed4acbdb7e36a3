-- Where the key of an authority is: `offline` keys are on a ceremony host and never in a keystore of
-- this signer; `keystore` and `key_label` then say what that host calls them.
ALTER TABLE authority ADD COLUMN custody TEXT NOT NULL DEFAULT 'online' CHECK (custody IN ('online', 'offline'));

-- What an offline key is asked to sign. `open`: handed out; `signed`: signatures on record, OCSP not yet
-- signed and the CRL not yet out; `imported`: both are. A row of kind `root` records a root that was made
-- in a ceremony. One authority has at most one ceremony that is open or signed.
CREATE TABLE ceremony (
  id             INTEGER PRIMARY KEY,
  bundle_id      TEXT NOT NULL UNIQUE,
  kind           TEXT NOT NULL CHECK (kind IN ('root', 'signing')),
  authority_id   INTEGER NOT NULL REFERENCES authority (id),
  state          TEXT NOT NULL CHECK (state IN ('open', 'signed', 'imported', 'expired', 'cancelled')),
  -- The canonical text that the bundle carries, and its SHA-256; for a root the file that came back.
  request        TEXT NOT NULL,
  request_sha256 BLOB NOT NULL,
  reason         TEXT NOT NULL,
  requested_by   TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER NOT NULL,
  -- The file that came back, with the offline host's log.
  answer         TEXT,
  answered_by    TEXT,
  signed_at      INTEGER,
  ended_at       INTEGER,
  -- The ceremony that took the place of this one.
  superseded_by  INTEGER REFERENCES ceremony (id)
) STRICT;

CREATE UNIQUE INDEX ceremony_pending ON ceremony (authority_id) WHERE state IN ('open', 'signed');

-- The to-be-signed bytes in the order of the bundle. A certificate's serial number is reserved in
-- `certificate`; a CRL's number is taken. `der` is the finished artifact, NULL until it is signed.
CREATE TABLE ceremony_item (
  ceremony_id    INTEGER NOT NULL REFERENCES ceremony (id),
  position       INTEGER NOT NULL,
  kind           TEXT NOT NULL CHECK (kind IN ('certificate', 'crl')),
  tbs            BLOB NOT NULL,
  der            BLOB,
  certificate_id INTEGER REFERENCES certificate (id),
  -- For a sub-CA: which authority is certified. For a responder: where its key is.
  subject_authority_id INTEGER REFERENCES authority (id),
  keystore       TEXT,
  key_label      TEXT,
  crl_number     INTEGER,
  this_update    INTEGER,
  next_update    INTEGER,
  entries        INTEGER,
  PRIMARY KEY (ceremony_id, position),
  CHECK ((kind = 'certificate') = (certificate_id IS NOT NULL)),
  CHECK ((kind = 'crl') = (crl_number IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX ceremony_item_certificate ON ceremony_item (certificate_id) WHERE certificate_id IS NOT NULL;

-- Revocations that were on record and not yet published when the CRL of this ceremony was made: with it
-- they come out. A revocation of an offline authority that stands in none of these waits for the next.
CREATE TABLE ceremony_revocation (
  ceremony_id    INTEGER NOT NULL REFERENCES ceremony (id),
  certificate_id INTEGER NOT NULL REFERENCES certificate (id),
  PRIMARY KEY (ceremony_id, certificate_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ceremony_revocation_certificate ON ceremony_revocation (certificate_id);
