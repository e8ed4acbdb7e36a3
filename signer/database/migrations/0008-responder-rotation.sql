-- Labels of responder keys that were asked for and are not certified yet, so that a crash or a failure
-- between key and certificate leaves no key that nobody knows of. `pending` is taken up by the next
-- rotation; `unusable` was given up, and whoever keeps the keystore may remove it.
CREATE TABLE responder_key (
  key_label    TEXT PRIMARY KEY,
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  keystore     TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('pending', 'unusable')),
  begun_at     INTEGER NOT NULL,
  begun_by     TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX responder_key_pending ON responder_key (authority_id) WHERE state = 'pending';

-- Issued certificates that OCSP says nothing of, and since when: `retention`, their time past expiry is
-- over; `no-responder`, their status changed when no response could be signed. NULL: answered.
ALTER TABLE certificate ADD COLUMN withdrawn_at INTEGER;
ALTER TABLE certificate ADD COLUMN withdrawn_why TEXT CHECK (withdrawn_why IN ('retention', 'no-responder'));

-- Asked every second: the oldest certificates that are still answered.
CREATE INDEX certificate_answered ON certificate (authority_id, not_after) WHERE answered = 1;
CREATE INDEX certificate_withdrawn ON certificate (authority_id) WHERE withdrawn_why = 'no-responder';

-- How many answers of a shard are this responder's, so that nobody has to read them to count them.
ALTER TABLE ocsp_shard_responder ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;
UPDATE ocsp_shard_responder SET answers = (
  SELECT answers_by(s.bytes, p.certificate) FROM ocsp_shard s, responder p
  WHERE s.authority_id = ocsp_shard_responder.authority_id AND s.shard_index = ocsp_shard_responder.shard_index
    AND p.id = ocsp_shard_responder.responder_id);

-- Entries of certificates that ended before this are no longer on the CRL.
ALTER TABLE crl ADD COLUMN kept_since INTEGER NOT NULL DEFAULT 0;
