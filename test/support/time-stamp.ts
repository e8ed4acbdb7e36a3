import { type OpenSSLRun, openssl, opensslOk, type ScratchDirectory } from './openssl.ts';

/** The keys of RFC 3161's two parties, as PEM files. */
export interface TimeStamper {
  readonly pem: string;
  readonly key: string;
}

export interface TimeStampToken {
  readonly query: string;
  readonly response: string;
}

const POLICY = '1.3.6.1.4.1.99999.2';

/** `openssl ts -query` for some data, answered by `openssl ts -reply` with the TSA's key. */
export function stamp(
  scratch: ScratchDirectory,
  { pem, key }: TimeStamper,
  issuer: string,
): TimeStampToken {
  const settings = [
    '[tsa]',
    `serial = ${scratch.write('tsa-serial', '01\n')}`,
    `default_policy = ${POLICY}`,
    'digests = sha256, sha384',
    'signer_digest = sha256',
    'ess_cert_id_alg = sha256',
    'accuracy = secs:1',
  ];
  const config = scratch.write('tsa.cnf', `${settings.join('\n')}\n`);
  const data = scratch.write('data', 'what is stamped');
  const [query, response] = [scratch.file('query.tsq'), scratch.file('reply.tsr')];
  opensslOk(['ts', '-query', '-data', data, '-sha256', '-cert', '-out', query]);
  opensslOk([
    ...['ts', '-reply', '-config', config, '-section', 'tsa', '-queryfile', query],
    ...['-signer', pem, '-inkey', key, '-chain', issuer, '-out', response],
  ]);
  return { query, response };
}

/** `openssl ts -verify`; `trust` may hold CRLs beside the root. */
export function verifyTimeStamp(
  { query, response }: TimeStampToken,
  trust: string,
  issuer: string,
  ...more: readonly string[]
): OpenSSLRun {
  const token = ['-queryfile', query, '-in', response];
  return openssl(['ts', '-verify', ...more, ...token, '-CAfile', trust, '-untrusted', issuer]);
}
