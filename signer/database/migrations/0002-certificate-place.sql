-- Where a certificate's status stands among the shards, so that the publish gate finds every issued
-- certificate of a shard, also one whose response is missing (20 bits, as in `ocsp_response`).
ALTER TABLE certificate ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE certificate SET place = place_of(serial, 20);
CREATE INDEX certificate_place ON certificate (authority_id, place, serial) WHERE state = 'issued';
