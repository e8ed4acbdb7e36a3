import { setTimeout as sleep } from 'node:timers/promises';
import { hexFromBytes } from '../../shared/bytes.ts';
import { type Hierarchy, type IssuedTSA, SUB_CA } from './hierarchy.ts';
import { ocspRequestByOpenSSL, type ScratchDirectory } from './openssl.ts';

/** A pause between two rounds, so that the signer has the processor too. */
const PAUSE_MS = 50;

export interface Target {
  readonly certificate: IssuedTSA;
  /** OCSPRequests by openssl with a SHA-1 and a SHA-256 CertID. */
  readonly requests: readonly Uint8Array[];
}

export async function issueTarget(
  pki: Hierarchy,
  scratch: ScratchDirectory,
  name: string,
): Promise<Target> {
  const certificate = await pki.issue(name);
  const requests = ['-sha1', '-sha256'].map((hash) =>
    ocspRequestByOpenSSL(scratch, [
      ...['-issuer', pki.subCA, hash, '-cert', certificate.pem, '-no_nonce'],
    ]),
  );
  return { certificate, requests };
}

/** GET, or POST of a body. */
export async function fetchBody(url: string, body?: Uint8Array): Promise<Uint8Array> {
  const post = body && { method: 'POST', body: new Uint8Array(body) };
  return new Uint8Array(await (await fetch(url, post)).arrayBuffer());
}

/** What the edge said: the CRL, then every OCSP answer, then the CRL again. */
export interface Round {
  readonly before: Uint8Array;
  readonly answers: readonly (readonly [serialNumber: string, response: Uint8Array])[];
  readonly after: Uint8Array;
}

async function observe({ ca }: Hierarchy, targets: readonly Target[]): Promise<Round> {
  const crl = `${ca.edge}/crl/${SUB_CA}.crl`;
  const before = await fetchBody(crl);
  const answers = [];
  for (const { certificate, requests } of targets) {
    for (const request of requests)
      answers.push([certificate.serialNumber, await fetchBody(ca.edge, request)] as const);
  }
  return { before, answers, after: await fetchBody(crl) };
}

/** Rounds for as long as `act` takes, and one more. */
export async function observeWhile(
  pki: Hierarchy,
  targets: readonly Target[],
  act: () => Promise<void>,
): Promise<readonly Round[]> {
  let acting = true;
  const ended = act().finally(() => {
    acting = false;
  });
  const rounds: Round[] = [];
  for (; acting; await sleep(PAUSE_MS)) rounds.push(await observe(pki, targets));
  await ended;
  return [...rounds, await observe(pki, targets)];
}

/** Reads each content once: hundreds of observations are of a few artifacts. */
export function remembering<T>(read: (der: Uint8Array) => T): (der: Uint8Array) => T {
  const known = new Map<string, T>();
  return (der) => {
    const key = hexFromBytes(der);
    const value = known.get(key) ?? read(der);
    known.set(key, value);
    return value;
  };
}
