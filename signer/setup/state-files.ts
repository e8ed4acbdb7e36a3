/** Names under the state directory that more than one module knows. */
export const DATABASE_FILE = 'signer.sqlite';
export const AUDIT_FILE = 'audit.jsonl';

/** What a state directory has from the first moment, besides configuration and policy. */
export const STATE_FILES: readonly string[] = [
  DATABASE_FILE,
  AUDIT_FILE,
  'tls/operator-ca.pem',
  'tls/server.pem',
  'tls/server.key.pem',
];
