-- The register of revocations (CP 3.4, 4.9.3; OPS-1, OPS-2): what was asked for, by whom, and what came
-- of it. It only grows: a request is one row that never changes, its state follows from its events.
CREATE TABLE revocation_request (
  id              INTEGER PRIMARY KEY,
  -- `emergency`: recorded together with a revocation that nobody approved; `earlier`: a revocation from
  -- before this register was kept.
  origin          TEXT NOT NULL CHECK (origin IN ('request', 'emergency', 'earlier')),
  -- One certificate, or all that an authority issued and its own.
  target          TEXT NOT NULL CHECK (target IN ('certificate', 'authority')),
  -- The issuer of the one certificate; or the authority itself.
  authority_id    INTEGER NOT NULL REFERENCES authority (id),
  -- The one certificate; or the authority's own.
  certificate_id  INTEGER NOT NULL REFERENCES certificate (id),
  reason          INTEGER NOT NULL CHECK (reason IN (1, 3, 4, 5)),
  -- As asked for; NULL: when it is executed.
  revocation_date INTEGER,
  -- What of CSBR 4.9.1 happened; NULL when nobody said.
  ground          TEXT,
  requested_by    TEXT NOT NULL,
  channel         TEXT NOT NULL,
  -- How it was made sure that the request is genuine (CP 3.4); NULL: not yet, see the approval.
  verification    TEXT,
  description     TEXT NOT NULL,
  evidence        TEXT,
  received_at     INTEGER NOT NULL,
  -- When the revocation is wished for (CP 4.9.4); NULL: at once.
  wanted_at       INTEGER,
  recorded_at     INTEGER NOT NULL,
  recorded_by     TEXT NOT NULL,
  recorded_by_key TEXT
) STRICT;

CREATE INDEX revocation_request_certificate ON revocation_request (certificate_id);

CREATE TABLE revocation_event (
  id           INTEGER PRIMARY KEY,
  request_id   INTEGER NOT NULL REFERENCES revocation_request (id),
  step         TEXT NOT NULL CHECK (step IN
    ('investigate', 'approve', 'schedule', 'begin', 'execute', 'publish', 'cancel', 'note')),
  at           INTEGER NOT NULL,
  -- NULL: the signer itself.
  person       TEXT,
  person_key   TEXT,
  note         TEXT,
  verification TEXT
) STRICT;

CREATE INDEX revocation_event_request ON revocation_event (request_id, id);
CREATE INDEX revocation_event_cancelled ON revocation_event (request_id) WHERE step = 'cancel';
CREATE UNIQUE INDEX revocation_event_once ON revocation_event (request_id, step) WHERE step <> 'note';

CREATE TRIGGER revocation_request_kept BEFORE UPDATE ON revocation_request
  BEGIN SELECT RAISE(ABORT, 'the register of revocations only grows'); END;
CREATE TRIGGER revocation_request_stays BEFORE DELETE ON revocation_request
  BEGIN SELECT RAISE(ABORT, 'the register of revocations only grows'); END;
CREATE TRIGGER revocation_event_kept BEFORE UPDATE ON revocation_event
  BEGIN SELECT RAISE(ABORT, 'the register of revocations only grows'); END;
CREATE TRIGGER revocation_event_stays BEFORE DELETE ON revocation_event
  BEGIN SELECT RAISE(ABORT, 'the register of revocations only grows'); END;

-- CP 4.9.13: what was executed is never taken back, and what was cancelled is never executed.
CREATE TRIGGER revocation_event_final BEFORE INSERT ON revocation_event
  WHEN (NEW.step = 'cancel' AND EXISTS (SELECT 1 FROM revocation_event
      WHERE request_id = NEW.request_id AND step IN ('begin', 'execute')))
    OR (NEW.step IN ('investigate', 'approve', 'schedule', 'begin', 'execute') AND EXISTS (
      SELECT 1 FROM revocation_event WHERE request_id = NEW.request_id AND step IN ('cancel', 'execute')))
  BEGIN SELECT RAISE(ABORT, 'the request is closed'); END;

-- By which request each revocation came about; written with the revocation.
CREATE TABLE revocation_cause (
  certificate_id INTEGER PRIMARY KEY REFERENCES certificate (id),
  request_id     INTEGER NOT NULL REFERENCES revocation_request (id)
) STRICT;

CREATE INDEX revocation_cause_request ON revocation_cause (request_id, certificate_id);

-- Requests that are neither cancelled nor published yet; `epoch` is the one that carries an executed one.
CREATE TABLE revocation_due (
  request_id INTEGER PRIMARY KEY REFERENCES revocation_request (id),
  epoch      INTEGER REFERENCES epoch (number)
) STRICT;

INSERT INTO revocation_request (origin, target, authority_id, certificate_id, reason, revocation_date, requested_by,
    channel, description, received_at, recorded_at, recorded_by)
  SELECT 'earlier', 'certificate', authority_id, certificate_id, reason, revocation_date, recorded_by,
    'direct', 'revoked before the register was kept', recorded_at, recorded_at, recorded_by
  FROM revocation ORDER BY recorded_at, certificate_id;
INSERT INTO revocation_event (request_id, step, at, person)
  SELECT id, 'execute', recorded_at, recorded_by FROM revocation_request;
INSERT INTO revocation_cause (certificate_id, request_id) SELECT certificate_id, id FROM revocation_request;
INSERT INTO revocation_due (request_id)
  SELECT DISTINCT k.request_id FROM revocation_cause k JOIN unsettled u ON u.certificate_id = k.certificate_id;

-- The next epoch brings the file of reasons beside each CRL that is published already (CRL-17).
INSERT INTO outbox (kind, authority_id) SELECT DISTINCT 'crl', authority_id FROM crl;
