import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hexFromBytes } from '../../../shared/bytes.ts';
import type { CertStatus } from '../../../shared/ocsp/response.ts';
import { CATALOGUE_PATH, type CatalogueAuthority } from '../../../shared/repository/catalogue.ts';
import { must } from '../../../shared/result.ts';
import { serialNumberFromContents } from '../../../shared/serial-number.ts';
import { addSeconds } from '../../../shared/time.ts';
import { certIDOf } from '../../../workers/repository/check/ocsp-question.ts';
import { CheckPKI, nowByClock, type Party } from '../../support/check-pki.ts';
import {
  DAY,
  digest,
  HOUR,
  type KeyPair,
  type TestCertificate,
  type TestFile,
  type TestIssuer,
} from '../../support/edge-snapshot.ts';
import { startWorkerEdge, type WorkerEdge } from './worker-edge.ts';

/** A repository of two CAs of openssl, whose answers the deployed Worker serves. */
export interface CheckEdge extends WorkerEdge {
  readonly pki: CheckPKI;
  readonly parties: Readonly<Record<CheckParty, Party>>;
}

export type CheckParty =
  | 'root'
  | 'subCA'
  | 'good'
  | 'revoked'
  | 'compromised'
  | 'unknown'
  | 'foreign'
  | 'tsa'
  | 'retiredTSA';

export async function startCheckEdge(): Promise<CheckEdge> {
  const pki = new CheckPKI();
  const root = pki.root('Example Root CA3');
  const subCA = pki.issue(root, 'Example Time Stamping CA', 'ca');
  const issue = (name: string, profile: 'leaf' | 'tsa') => pki.issue(subCA, name, profile);
  const parties = {
    ...{ root, subCA },
    good: issue('Example good', 'leaf'),
    revoked: issue('Example superseded', 'leaf'),
    compromised: issue('Example stolen', 'leaf'),
    unknown: issue('Example never recorded', 'leaf'),
    foreign: pki.issue(pki.root('Another CA'), 'Example of another CA', 'leaf'),
    tsa: issue('Example TSA', 'tsa'),
    retiredTSA: issue('Example TSA retired', 'tsa'),
  };
  const now = nowByClock();
  const revoked = (revocationReason: 1 | 4): CertStatus => ({
    ...{ status: 'revoked', revocationTime: addSeconds(now, -DAY), revocationReason },
  });
  const edge = await startWorkerEdge(now, async () => ({
    populations: [
      { issuer: await issuerOf(root), certificates: [recorded(subCA)] },
      {
        issuer: await issuerOf(subCA),
        certificates: [
          recorded(parties.good),
          recorded(parties.revoked, revoked(4)),
          recorded(parties.compromised, revoked(1)),
          recorded(parties.tsa),
          recorded(parties.retiredTSA, revoked(4)),
        ],
      },
    ],
    files: await filesOf([root, subCA]),
  }));
  return { ...edge, pki, parties };
}

function recorded(
  { certificate }: Party,
  certStatus: CertStatus = { status: 'good' },
): TestCertificate {
  const serialNumber = must(serialNumberFromContents(certificate.serialNumber), 'by openssl');
  return { serialNumber, certStatus, thisUpdate: addSeconds(nowByClock(), -HOUR) };
}

/** The CA itself answers, with the key that openssl made. */
async function issuerOf({ certificate, key }: Party): Promise<TestIssuer> {
  const pkcs8 = createPrivateKey(readFileSync(key)).export({ format: 'der', type: 'pkcs8' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { subtle } = crypto;
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', certificate.spki.slice(), algorithm, true, [
      'verify',
    ]),
  };
  const of = async (hash: 'sha1' | 'sha256') => {
    const certID = await certIDOf(certificate, certificate, hash);
    if (!certID) throw new Error('a serial number of openssl');
    return certID;
  };
  const identity = { sha1: await of('sha1'), sha256: await of('sha256') };
  const responder = {
    keyHash: identity.sha1.issuerKeyHash,
    signatureAlgorithm: 'ecdsa-with-SHA256',
    signatureLength: 64,
    certificate: null,
  } as const;
  return { identity, responder, keys: keys as KeyPair };
}

async function filesOf(authorities: readonly Party[]): Promise<readonly TestFile[]> {
  const entries = await Promise.all(authorities.map(catalogueEntry));
  const catalogue = new TextEncoder().encode(
    JSON.stringify({ authorities: entries, documents: [] }),
  );
  return [
    { path: CATALOGUE_PATH, mediaType: 7, bytes: catalogue },
    ...authorities.map(
      ({ der }, i): TestFile => ({ path: `/ca-${i}.cer`, mediaType: 2, bytes: der }),
    ),
  ];
}

async function catalogueEntry({ certificate, der }: Party, i: number): Promise<CatalogueAuthority> {
  return {
    name: `ca-${i}`,
    subject: certificate.subjectText,
    issuer: certificate.issuerText,
    serialNumber: hexFromBytes(certificate.serialNumber).slice(-40),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    key: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    sha256: hexFromBytes(await digest('SHA-256', der)),
    sha1: hexFromBytes(await digest('SHA-1', der)),
    certificate: { der: `/ca-${i}.cer` },
  };
}
