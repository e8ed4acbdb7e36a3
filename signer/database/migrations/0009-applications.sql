-- Every certificate's way to the edge. A row is written with its first signed status; `epoch` is the
-- one that first carries that status and, where the policy asks for one, its file (CP 4.4.2). NULL
-- while it waits for that epoch: until the epoch is published nobody is handed the certificate (OPS-4).
CREATE TABLE certificate_publication (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  certificate_id INTEGER NOT NULL UNIQUE REFERENCES certificate (id),
  path           TEXT UNIQUE,
  epoch          INTEGER
) STRICT;

CREATE INDEX certificate_publication_waiting ON certificate_publication (id) WHERE epoch IS NULL;

-- What was settled before this migration goes out, or went, with the next epoch at the latest.
INSERT INTO certificate_publication (certificate_id)
  SELECT c.id FROM certificate c
  WHERE c.state = 'issued'
    AND (c.answered = 1 OR NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id))
  ORDER BY c.id;

-- Files in the order of their pages (20 bits, as shards), and the pages of the last promised epoch: an
-- epoch writes the pages that changed, whatever the number of certificates.
ALTER TABLE snapshot_file ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE snapshot_file SET place = place_of(CAST(path AS BLOB), 20);
CREATE INDEX snapshot_file_place ON snapshot_file (place, path);

CREATE TABLE snapshot_file_page (
  page_index INTEGER PRIMARY KEY,
  hash       BLOB NOT NULL
) STRICT;

-- One application for a certificate (CP 4.1, 4.7, 4.8): what the applicant gave. Never changed.
CREATE TABLE application (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  kind           TEXT NOT NULL CHECK (kind IN ('new', 'rekey', 'change')),
  authority_id   INTEGER NOT NULL REFERENCES authority (id),
  profile        TEXT NOT NULL,
  subject        BLOB NOT NULL,
  -- By what names are compared (RFC 5280 7.1), as in `certificate`.
  subject_key    TEXT NOT NULL,
  -- Names of subjectAltName, and what the profile leaves to the application and it does without: JSON lists.
  subject_alt_names TEXT NOT NULL,
  leave_out      TEXT NOT NULL,
  organisation   TEXT NOT NULL,
  agent          TEXT NOT NULL,
  request_id     INTEGER NOT NULL REFERENCES certification_request (id),
  -- What was asked, to know a repetition from another application.
  input_sha256   BLOB NOT NULL,
  -- The certificate whose key (rekey) or contents (change) are replaced.
  predecessor_id INTEGER REFERENCES certificate (id),
  -- For a change: why the predecessor is revoked before the new one is issued (CP 4.8.1).
  revocation_reason INTEGER CHECK (revocation_reason IN (3, 4)),
  received_at    INTEGER NOT NULL,
  CHECK ((kind = 'new') = (predecessor_id IS NULL)),
  CHECK ((kind = 'change') = (revocation_reason IS NOT NULL))
) STRICT;

CREATE INDEX application_predecessor ON application (predecessor_id) WHERE predecessor_id IS NOT NULL;
CREATE INDEX application_subject ON application (authority_id, subject_key);
CREATE INDEX application_request ON application (request_id);
CREATE INDEX certification_request_key ON certification_request (spki_sha256);

-- Documents that were shown: their kind and SHA-256, never the documents.
CREATE TABLE application_document (
  application_id INTEGER NOT NULL REFERENCES application (id),
  kind           TEXT NOT NULL,
  sha256         BLOB NOT NULL,
  PRIMARY KEY (application_id, kind, sha256)
) STRICT, WITHOUT ROWID;

-- Every transition: who, when, what, on which evidence. The last one is the state.
CREATE TABLE application_event (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  application_id INTEGER NOT NULL REFERENCES application (id),
  state          TEXT NOT NULL CHECK (state IN ('received', 'screened', 'approved', 'rejected', 'issued',
    'delivered', 'accepted', 'complained', 'published', 'withdrawn')),
  recorded_at    INTEGER NOT NULL,
  actor          TEXT NOT NULL,
  -- SHA-256 of the key that the actor proved.
  actor_key      TEXT NOT NULL,
  evidence       TEXT NOT NULL,
  certificate_id INTEGER REFERENCES certificate (id),
  CHECK ((state = 'issued') = (certificate_id IS NOT NULL))
) STRICT;

CREATE INDEX application_event_order ON application_event (application_id, id);
-- One application is issued once, and a certificate belongs to one application.
CREATE UNIQUE INDEX application_event_issued ON application_event (application_id) WHERE state = 'issued';
CREATE UNIQUE INDEX application_event_certificate ON application_event (certificate_id)
  WHERE certificate_id IS NOT NULL;

-- Facts of applications are only ever added.
CREATE TRIGGER application_unchanged BEFORE UPDATE ON application
  BEGIN SELECT RAISE(ABORT, 'an application is never changed'); END;
CREATE TRIGGER application_kept BEFORE DELETE ON application
  BEGIN SELECT RAISE(ABORT, 'an application is never removed'); END;
CREATE TRIGGER application_document_unchanged BEFORE UPDATE ON application_document
  BEGIN SELECT RAISE(ABORT, 'a document is never changed'); END;
CREATE TRIGGER application_document_kept BEFORE DELETE ON application_document
  BEGIN SELECT RAISE(ABORT, 'a document is never removed'); END;
CREATE TRIGGER application_event_unchanged BEFORE UPDATE ON application_event
  BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER application_event_kept BEFORE DELETE ON application_event
  BEGIN SELECT RAISE(ABORT, 'an event is never removed'); END;
