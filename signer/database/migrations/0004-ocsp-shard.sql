-- Pre-signed answers are kept by shard: one row holds the very octets that are published, so that a
-- renewal writes a row a shard and not a row a certificate, and an epoch takes them as they are.
CREATE TABLE ocsp_shard (
  id           INTEGER PRIMARY KEY,
  authority_id INTEGER NOT NULL REFERENCES authority (id),
  -- Among the 2^shard_bits shards of its authority.
  shard_index  INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  -- 0 until every signature in it was checked; nothing unverified is published.
  verified     INTEGER NOT NULL,
  -- Of its oldest answer; 0 makes it due at once.
  this_update  INTEGER NOT NULL,
  -- Of the answer that runs out first.
  next_update  INTEGER NOT NULL,
  bytes        BLOB NOT NULL,
  UNIQUE (authority_id, shard_index)
) STRICT;

CREATE INDEX ocsp_shard_due ON ocsp_shard (authority_id, this_update, shard_index);
CREATE INDEX ocsp_shard_end ON ocsp_shard (authority_id, next_update);

-- Whose answers are in it: those of a responder that is revoked are replaced at once.
CREATE TABLE ocsp_shard_responder (
  authority_id INTEGER NOT NULL,
  shard_index  INTEGER NOT NULL,
  responder_id INTEGER NOT NULL REFERENCES responder (id),
  PRIMARY KEY (authority_id, shard_index, responder_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ocsp_shard_of_responder ON ocsp_shard_responder (responder_id, shard_index);

-- 1 from the moment its status was first signed: from then on its shard has an entry for it. The index
-- holds all that an answer is made of, so that a shard's facts are one walk through it.
ALTER TABLE certificate ADD COLUMN answered INTEGER NOT NULL DEFAULT 0
  CHECK (answered = 0 OR state = 'issued');
UPDATE certificate SET answered = 1 WHERE state = 'issued' AND EXISTS (SELECT 1 FROM ocsp_response r
  WHERE r.authority_id = certificate.authority_id AND r.place = certificate.place AND r.serial = certificate.serial);
DROP INDEX certificate_place;
CREATE INDEX certificate_shard ON certificate (authority_id, place, serial, not_after) WHERE answered = 1;

-- The answers that were signed stay: they are put into shards. An authority that grew while nothing
-- could be published gets more shards first, and all of them are published anew.
CREATE TEMP TABLE converted AS
  SELECT id AS authority_id, shard_bits AS was, shard_bits_for(shard_bits, (
    SELECT coalesce(sum(32 + length(signature_sha1) + length(signature_sha256)), 0) FROM ocsp_response r
    WHERE r.authority_id = authority.id)) AS bits
  FROM authority;
UPDATE authority SET shard_bits = (SELECT bits FROM converted WHERE authority_id = authority.id);
DELETE FROM snapshot_shard WHERE authority_id IN (SELECT authority_id FROM converted WHERE bits > was);
DELETE FROM snapshot_page WHERE authority_id IN (SELECT authority_id FROM converted WHERE bits > was);
INSERT INTO outbox (kind, authority_id, place)
  SELECT DISTINCT 'shard', r.authority_id, (r.place >> (20 - bits)) << (20 - bits)
  FROM ocsp_response r JOIN converted k ON k.authority_id = r.authority_id WHERE bits > was;

INSERT INTO ocsp_shard_responder (authority_id, shard_index, responder_id)
  SELECT DISTINCT r.authority_id, r.place >> (20 - k.bits), b.responder_id
  FROM ocsp_response r JOIN converted k ON k.authority_id = r.authority_id JOIN ocsp_batch b ON b.id = r.batch_id;
INSERT INTO ocsp_shard (authority_id, shard_index, hash, verified, this_update, next_update, bytes)
  SELECT s.authority_id, s.shard_index, x'', 0, 0, 0,
    (SELECT ocsp_shard(a.subject, a.spki, k.bits, s.shard_index, p.spki, p.certificate, p.signature_algorithm,
       b.id, b.produced_at, b.this_update, b.next_update, b.archive_cutoff,
       r.serial, r.reason, r.revocation_time, r.signature_sha1, r.signature_sha256)
     FROM ocsp_response r JOIN ocsp_batch b ON b.id = r.batch_id JOIN responder p ON p.id = b.responder_id
     WHERE r.authority_id = s.authority_id AND r.place >= s.shard_index << (20 - k.bits)
       AND r.place < (s.shard_index + 1) << (20 - k.bits))
  FROM (SELECT DISTINCT authority_id, shard_index FROM ocsp_shard_responder) s
    JOIN converted k ON k.authority_id = s.authority_id JOIN authority a ON a.id = s.authority_id;
UPDATE ocsp_shard SET hash = sha256(bytes), (verified, this_update, next_update) =
  (SELECT min(r.verified), min(b.this_update), min(b.next_update)
   FROM converted k JOIN ocsp_response r ON r.authority_id = k.authority_id JOIN ocsp_batch b ON b.id = r.batch_id
   WHERE k.authority_id = ocsp_shard.authority_id AND r.place >= ocsp_shard.shard_index << (20 - k.bits)
     AND r.place < (ocsp_shard.shard_index + 1) << (20 - k.bits));

DROP TABLE converted;
DROP TABLE ocsp_response;
DROP TABLE ocsp_batch;
