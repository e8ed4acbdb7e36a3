/** What an edge is told; an edge acts on the status alone, the rest is for whoever looks. */
export const EDGE_PROBLEMS = {
  'client-certificate-unlisted': (): readonly [number, string, string] => [
    403,
    'The edge is not on the list',
    'Add the SHA-256 of its key to `edge.clients` of config.json, and start the signer again.',
  ],
  'snapshot-missing': (): readonly [number, string, string] => [
    404,
    'No snapshot yet',
    'Ask again after the next epoch.',
  ],
  'blob-unknown': (): readonly [number, string, string] => [
    404,
    'No such blob',
    'Read the head again: it names another root.',
  ],
  'live-request-refused': (): readonly [number, string, string] => [
    400,
    'Not an OCSP request that can be answered',
    'Send an OCSPRequest of at most 8 CertIDs, DER.',
  ],
  'live-status-unknown': (): readonly [number, string, string] => [
    404,
    'No live answer',
    'Answer with what the snapshot has; `edge.live` of config.json names the authorities.',
  ],
  'live-unavailable': ({
    reason,
  }: {
    readonly reason: string;
  }): readonly [number, string, string] => [
    503,
    'No live answer now',
    `Answer with what the snapshot has: ${reason}.`,
  ],
  'live-limited': (): readonly [number, string, string] => [
    429,
    'More live answers than this signer gives',
    'Answer with what the snapshot has, and ask less.',
  ],
  'edge-busy': (): readonly [number, string, string] => [
    503,
    'Too much at once',
    'Ask again in a second.',
  ],
};
