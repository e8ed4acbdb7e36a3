-- Every public key that came in a request signed with it, or that was made here: what CSR-5 and CSR-7
-- compare a new key with. `fingerprint` is SHA-256 of the RSA modulus or of the EC x-coordinate (the
-- same for keys of which one private half gives the other), NULL for what is neither.
CREATE TABLE seen_key (
  id            INTEGER PRIMARY KEY,
  spki_sha256   BLOB NOT NULL UNIQUE,
  fingerprint   BLOB,
  -- As openssl-blacklist has it: the last ten octets of SHA-1("Modulus=" hexadecimal LF). NULL for EC.
  openssl_vulnkey BLOB,
  -- NULL for EC, and for a second key with the same modulus.
  modulus       BLOB,
  -- The row of modulus_product that holds the modulus; NULL while it is in none.
  product_id    INTEGER REFERENCES modulus_product (id),
  first_seen_at INTEGER NOT NULL,
  -- When it was compared with every other key; NULL for what was recorded before this migration.
  compared_at   INTEGER
) STRICT;

CREATE INDEX seen_key_fingerprint ON seen_key (fingerprint);
CREATE INDEX seen_key_vulnkey ON seen_key (openssl_vulnkey);
CREATE INDEX seen_key_waiting ON seen_key (id) WHERE compared_at IS NULL;
CREATE INDEX seen_key_loose ON seen_key (id) WHERE modulus IS NOT NULL AND product_id IS NULL;
CREATE INDEX seen_key_product ON seen_key (product_id) WHERE product_id IS NOT NULL;

-- Products of moduli, made from them and from nothing else.
CREATE TABLE modulus_product (
  id      INTEGER PRIMARY KEY,
  product BLOB NOT NULL
) STRICT;

-- Two keys that were found to share a prime: both private keys can be computed. The prime is not kept.
CREATE TABLE shared_factor (
  key_id       INTEGER NOT NULL REFERENCES seen_key (id),
  other_key_id INTEGER NOT NULL REFERENCES seen_key (id),
  found_at     INTEGER NOT NULL,
  PRIMARY KEY (key_id, other_key_id)
) STRICT, WITHOUT ROWID;

-- Fingerprints of keys whose private half is public, by the list they came from (docs/formats.md).
CREATE TABLE weak_key_list (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  -- Such as `RSA-3072`: which keys the list is about.
  key_kind    TEXT NOT NULL,
  entries     INTEGER NOT NULL,
  imported_at INTEGER NOT NULL,
  UNIQUE (name, key_kind)
) STRICT;

CREATE TABLE weak_key (
  fingerprint BLOB PRIMARY KEY,
  list_id     INTEGER NOT NULL REFERENCES weak_key_list (id)
) STRICT, WITHOUT ROWID;

-- Keys seen here that a list names.
CREATE TABLE listed_key (
  key_id   INTEGER PRIMARY KEY REFERENCES seen_key (id),
  list_id  INTEGER NOT NULL REFERENCES weak_key_list (id),
  found_at INTEGER NOT NULL
) STRICT;

-- What was received and made before this migration. Requests were recorded after their proof of
-- possession was verified.
INSERT OR IGNORE INTO seen_key (spki_sha256, fingerprint, openssl_vulnkey, modulus, first_seen_at)
  SELECT spki_sha256, key_fingerprint(request_spki(der)), openssl_vulnkey(request_spki(der)),
    rsa_modulus(request_spki(der)), received_at
  FROM certification_request ORDER BY id;
INSERT OR IGNORE INTO seen_key (spki_sha256, fingerprint, openssl_vulnkey, modulus, first_seen_at)
  SELECT sha256(spki), key_fingerprint(spki), openssl_vulnkey(spki), rsa_modulus(spki), created_at
  FROM authority ORDER BY id;
INSERT OR IGNORE INTO seen_key (spki_sha256, fingerprint, openssl_vulnkey, modulus, first_seen_at)
  SELECT sha256(r.spki), key_fingerprint(r.spki), openssl_vulnkey(r.spki), rsa_modulus(r.spki), c.reserved_at
  FROM responder r JOIN certificate c ON c.id = r.certificate_id ORDER BY r.id;
UPDATE seen_key SET modulus = NULL
  WHERE id NOT IN (SELECT min(id) FROM seen_key GROUP BY coalesce(fingerprint, spki_sha256));
