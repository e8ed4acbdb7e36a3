-- Who may act: one row for each key of a person. A row is never deleted; a renewed person has several.
CREATE TABLE operator (
  id                INTEGER PRIMARY KEY,
  person            TEXT NOT NULL,
  -- SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal.
  spki_sha256       TEXT NOT NULL UNIQUE,
  certificate       BLOB NOT NULL,
  not_after         INTEGER NOT NULL,
  -- Names of roles, separated by spaces.
  roles             TEXT NOT NULL,
  added_at          INTEGER NOT NULL,
  added_by          TEXT NOT NULL,
  -- NULL: may act until not_after.
  revoked_at        INTEGER,
  revoked_by        TEXT,
  revocation_reason TEXT
) STRICT;

CREATE INDEX operator_person ON operator (person);
CREATE INDEX operator_expiry ON operator (not_after) WHERE revoked_at IS NULL;
