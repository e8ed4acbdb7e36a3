-- The blob port: octets of published epochs, kept while a snapshot names them. Everything here is empty and
-- costs nothing while the setting `blobs-kept` is absent; `signer/database/kept-blob-table.ts` sets it.
CREATE TABLE kept_blob (
  hash  BLOB PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- How often the last promised epoch names a blob: from a directory, a file, or as its root.
CREATE TABLE blob_use (
  hash         BLOB PRIMARY KEY,
  uses         INTEGER NOT NULL,
  -- The first epoch that no longer names it.
  unused_since INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX blob_unused ON blob_use (unused_since) WHERE unused_since IS NOT NULL;
CREATE INDEX epoch_blob_hash ON epoch_blob (hash);

-- `chunk_hashes` of a file holds at most 1,024 of them.
CREATE TABLE chunk_number (n INTEGER PRIMARY KEY) STRICT;
WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < 1023)
INSERT INTO chunk_number SELECT n FROM counted;

CREATE VIEW named_blob (hash) AS
  SELECT hash FROM snapshot_shard
  UNION ALL SELECT hash FROM snapshot_page
  UNION ALL SELECT hash FROM snapshot_file_page
  UNION ALL SELECT substr(chunk_hashes, 32 * n + 1, 32) FROM snapshot_file
    JOIN chunk_number ON n < length(chunk_hashes) / 32
  UNION ALL SELECT root_hash FROM epoch WHERE number = (SELECT max(number) FROM epoch);

-- A row written here is one name more (1) or less (-1) for a blob.
CREATE VIEW blob_step (hash, step) AS SELECT hash, uses FROM blob_use;
CREATE TRIGGER blob_step_taken INSTEAD OF INSERT ON blob_step
WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'blobs-kept')
BEGIN
  INSERT INTO blob_use (hash, uses) VALUES (NEW.hash, 0) ON CONFLICT (hash) DO NOTHING;
  -- The epoch that is being promised gets its row last.
  UPDATE blob_use SET uses = uses + NEW.step, unused_since =
    CASE WHEN uses + NEW.step > 0 THEN NULL ELSE (SELECT coalesce(max(number), 0) + 1 FROM epoch) END
    WHERE hash = NEW.hash;
END;

CREATE TRIGGER shard_named AFTER INSERT ON snapshot_shard
BEGIN INSERT INTO blob_step VALUES (NEW.hash, 1); END;
CREATE TRIGGER shard_renamed AFTER UPDATE OF hash ON snapshot_shard
BEGIN INSERT INTO blob_step VALUES (NEW.hash, 1), (OLD.hash, -1); END;
CREATE TRIGGER shard_unnamed AFTER DELETE ON snapshot_shard
BEGIN INSERT INTO blob_step VALUES (OLD.hash, -1); END;

CREATE TRIGGER page_named AFTER INSERT ON snapshot_page
BEGIN INSERT INTO blob_step VALUES (NEW.hash, 1); END;
CREATE TRIGGER page_renamed AFTER UPDATE OF hash ON snapshot_page
BEGIN INSERT INTO blob_step VALUES (NEW.hash, 1), (OLD.hash, -1); END;
CREATE TRIGGER page_unnamed AFTER DELETE ON snapshot_page
BEGIN INSERT INTO blob_step VALUES (OLD.hash, -1); END;

CREATE TRIGGER file_page_named AFTER INSERT ON snapshot_file_page
BEGIN INSERT INTO blob_step VALUES (NEW.hash, 1); END;
CREATE TRIGGER file_page_renamed AFTER UPDATE OF hash ON snapshot_file_page
BEGIN INSERT INTO blob_step VALUES (NEW.hash, 1), (OLD.hash, -1); END;
CREATE TRIGGER file_page_unnamed AFTER DELETE ON snapshot_file_page
BEGIN INSERT INTO blob_step VALUES (OLD.hash, -1); END;

CREATE TRIGGER file_named AFTER INSERT ON snapshot_file
BEGIN
  INSERT INTO blob_step SELECT substr(NEW.chunk_hashes, 32 * n + 1, 32), 1 FROM chunk_number
    WHERE n < length(NEW.chunk_hashes) / 32;
END;
CREATE TRIGGER file_renamed AFTER UPDATE OF chunk_hashes ON snapshot_file
WHEN OLD.chunk_hashes <> NEW.chunk_hashes
BEGIN
  INSERT INTO blob_step SELECT substr(NEW.chunk_hashes, 32 * n + 1, 32), 1 FROM chunk_number
    WHERE n < length(NEW.chunk_hashes) / 32;
  INSERT INTO blob_step SELECT substr(OLD.chunk_hashes, 32 * n + 1, 32), -1 FROM chunk_number
    WHERE n < length(OLD.chunk_hashes) / 32;
END;
CREATE TRIGGER file_unnamed AFTER DELETE ON snapshot_file
BEGIN
  INSERT INTO blob_step SELECT substr(OLD.chunk_hashes, 32 * n + 1, 32), -1 FROM chunk_number
    WHERE n < length(OLD.chunk_hashes) / 32;
END;

CREATE TRIGGER root_named AFTER INSERT ON epoch
BEGIN
  INSERT INTO blob_step VALUES (NEW.root_hash, 1);
  INSERT INTO blob_step SELECT root_hash, -1 FROM epoch WHERE number = NEW.number - 1;
  UPDATE blob_use SET unused_since = NEW.number WHERE unused_since = NEW.number + 1;
END;
