-- Where the authority's CRL and certificate are published: certificates in the field carry these URLs.
-- NULL for an authority that was made before they were recorded.
ALTER TABLE authority ADD COLUMN crl_url TEXT;
ALTER TABLE authority ADD COLUMN ca_issuers_url TEXT;

-- Asked every second, whatever the number of epochs.
CREATE INDEX epoch_promised ON epoch (number) WHERE state = 'promised';
