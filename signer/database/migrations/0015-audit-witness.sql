-- CP 5.4.4: where the audit log stood in each epoch, as its root says it. A log that is shorter, or has
-- another line there, is not the one that was published. `root` is kept for the newest epoch and for the
-- last of each day: with its head it proves that to whoever has only the publication key.
CREATE TABLE audit_witness (
  epoch INTEGER PRIMARY KEY REFERENCES epoch (number),
  size INTEGER NOT NULL CHECK (size >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  day INTEGER NOT NULL,
  root BLOB
) STRICT;
