import { writeFileSync } from 'node:fs';
import { openssl, opensslOk } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';

/** What OpenSSL learns at the edge, as a relying party: the only judge of these tests. */

/** One word, and for a revoked certificate its reason and time: `revoked keyCompromise 1795399209`. */
export type Answer = string;

const SECONDS = (date: string | undefined) => Date.parse(date ?? '') / 1000;

/** Asks by OCSP about a serial number (hexadecimal) of an authority, signature and chain verified. */
export function askOCSP(
  ca: RunningCA,
  authority: string,
  serial: string,
  hash: 'sha1' | 'sha256' = 'sha256',
): Answer {
  const issuer = ca.file(`${authority}.pem`);
  const { text } = openssl([
    ...['ocsp', '-url', ca.edge, '-issuer', issuer, `-${hash}`, '-serial', `0x${serial}`],
    ...['-CAfile', ca.file('root-ca3.pem'), '-verify_other', issuer, '-no_nonce'],
  ]);
  const refused = /Responder Error: (\w+)/.exec(text)?.[1];
  if (refused !== undefined) return refused;
  if (!text.includes('Response verify OK')) return `unverified: ${text}`;
  const status = /0x\w+: (good|revoked|unknown)/.exec(text)?.[1] ?? text;
  if (status !== 'revoked') return status;
  const reason = /Reason: (\w+)/.exec(text)?.[1];
  return `revoked ${reason} ${SECONDS(/Revocation Time: (.*)/.exec(text)?.[1])}`;
}

/** As OpenSSL writes the reasons of CP 7.2.2, and as its `ocsp` command does. */
const CRL_REASON_WORDS: Readonly<Record<string, string>> = {
  'Key Compromise': 'keyCompromise',
  'Affiliation Changed': 'affiliationChanged',
  Superseded: 'superseded',
  'Cessation Of Operation': 'cessationOfOperation',
};

export const REASON_NAMES: Readonly<Record<number, string>> = {
  1: 'keyCompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
};

export interface ReadCRL {
  readonly der: Uint8Array;
  readonly number: number;
  /** Serial number in lower-case hexadecimal → what OCSP has to answer. */
  readonly entries: ReadonlyMap<string, Answer>;
}

/** The CRL that the edge serves, its signature verified. */
export async function fetchCRL(ca: RunningCA, authority: string): Promise<ReadCRL> {
  const answer = await fetch(`${ca.edge}/crl/${authority}.crl`);
  if (answer.status !== 200) throw new Error(`CRL of ${authority}: HTTP ${answer.status}`);
  const der = new Uint8Array(await answer.arrayBuffer());
  const path = ca.file(`${authority}.crl`);
  writeFileSync(path, der);
  const { text } = opensslOk([
    ...['crl', '-inform', 'DER', '-in', path, '-noout', '-text'],
    ...['-CAfile', ca.file(`${authority}.pem`)],
  ]);
  if (!/^verify OK$/m.test(text)) throw new Error(`CRL of ${authority} does not verify`);
  const number = Number(/X509v3 CRL Number: \s*(\S+)/.exec(text)?.[1]);
  const [, ...entries] = text.split(/Serial Number: /);
  return { der, number, entries: new Map(entries.map(readEntry)) };
}

function readEntry(text: string): readonly [string, Answer] {
  const serial = /^\w+/.exec(text)?.[0]?.toLowerCase() ?? '';
  const word = /CRL Reason Code: \s*(.+)/.exec(text)?.[1]?.trim() ?? '';
  const at = SECONDS(/Revocation Date: (.*)/.exec(text)?.[1]);
  return [serial, `revoked ${CRL_REASON_WORDS[word]} ${at}`];
}

/** A fresh P-256 key and its PKCS#10 request, by OpenSSL; answers the request's path. */
export function makeRequest(ca: RunningCA, name: string): string {
  const path = ca.file(`${name}.csr.pem`);
  opensslOk([
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', ca.file(`${name}.key.pem`), '-subj', `/C=JP/O=Inkan test/CN=${name}`],
    ...['-out', path],
  ]);
  return path;
}
