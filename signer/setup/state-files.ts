/** Names under the state directory that more than one module knows. */
export const DATABASE_FILE = 'signer.sqlite';
export const AUDIT_FILE = 'audit.jsonl';
