-- Editions of CP, CPS and notices (CP 2.2, 9.12). `announced` and `epoch` are those of the first epoch
-- that carries the edition, NULL until then. A withdrawn one stays on record; `withdrawn_epoch` is the
-- first epoch without its file.
CREATE TABLE document (
  id                INTEGER PRIMARY KEY,
  name              TEXT NOT NULL,
  version           TEXT NOT NULL,
  kind              TEXT NOT NULL,
  title             TEXT NOT NULL,
  language          TEXT NOT NULL,
  -- 'YYYY-MM-DD', the day from which on it is in force.
  effective         TEXT NOT NULL,
  -- NULL for a first edition.
  change_kind       TEXT CHECK (change_kind IN ('major', 'minor')),
  change_summary    TEXT,
  path              TEXT NOT NULL,
  media_type        INTEGER NOT NULL,
  sha256            BLOB NOT NULL,
  length            INTEGER NOT NULL,
  added_at          INTEGER NOT NULL,
  added_by          TEXT NOT NULL,
  announced         INTEGER,
  epoch             INTEGER,
  withdrawn_at      INTEGER,
  withdrawn_by      TEXT,
  withdrawal_reason TEXT,
  withdrawn_epoch   INTEGER,
  bytes             BLOB NOT NULL,
  CHECK ((change_kind IS NULL) = (change_summary IS NULL)),
  CHECK ((announced IS NULL) = (epoch IS NULL)),
  CHECK ((withdrawn_at IS NULL) = (withdrawal_reason IS NULL))
) STRICT;

CREATE UNIQUE INDEX document_edition ON document (name, version) WHERE withdrawn_at IS NULL;

-- The list of what an authority issued (CP 4.4.2), in the order of publication, position 0 first. A row
-- is written with the epoch that first carries the certificate's file and never changes.
CREATE TABLE issued_certificate (
  authority_id   INTEGER NOT NULL REFERENCES authority (id),
  position       INTEGER NOT NULL,
  certificate_id INTEGER NOT NULL UNIQUE REFERENCES certificate (id),
  PRIMARY KEY (authority_id, position)
) STRICT, WITHOUT ROWID;

-- How many of them the pages of the last promised epoch show, and in which folder these stand; in
-- another folder the pages begin anew.
CREATE TABLE issued_list (
  authority_id INTEGER PRIMARY KEY REFERENCES authority (id),
  folder       TEXT NOT NULL,
  listed       INTEGER NOT NULL
) STRICT;

-- What was published before there were pages has its place; the next epochs write the pages, so many
-- certificates each.
INSERT INTO issued_certificate (authority_id, position, certificate_id)
  SELECT c.authority_id, row_number() OVER (PARTITION BY c.authority_id ORDER BY p.epoch, p.id) - 1, c.id
  FROM certificate_publication p JOIN certificate c ON c.id = p.certificate_id
  WHERE p.path IS NOT NULL AND p.epoch IS NOT NULL;
