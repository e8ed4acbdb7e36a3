-- By what names are compared (RFC 5280 7.1), so that a subject is given to one applicant only (CP 3.1.5).
ALTER TABLE certificate ADD COLUMN subject_key TEXT NOT NULL DEFAULT '';
UPDATE certificate SET subject_key = name_key(subject);
CREATE INDEX certificate_subject ON certificate (authority_id, subject_key);
-- What whoever issued it stated, as a JSON list of words; certificates from before have none.
ALTER TABLE certificate ADD COLUMN confirmations TEXT NOT NULL DEFAULT '[]';
-- CSBR 6.3.2: when the subscriber's private key was removed from its HSM, and the record of it.
ALTER TABLE certificate ADD COLUMN key_removed_at INTEGER;
ALTER TABLE certificate ADD COLUMN key_removal_record TEXT;
CREATE INDEX certificate_profile ON certificate (profile, not_before) WHERE state = 'issued';
