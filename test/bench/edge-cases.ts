import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { sequence } from '../../shared/der/writer.ts';
import { CERT_ID_HASHES, encodeCertID } from '../../shared/ocsp/cert-id.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import { randomSerialNumber, type SerialNumber } from '../../shared/serial-number.ts';
import {
  decodeOCSPShard,
  rebuildOCSPResponse,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { latestCRL } from '../../signer/database/crl-table.ts';
import { epochBlobs, latestEpoch } from '../../signer/database/epoch-table.ts';
import { identityOf } from '../../signer/issuance/public-key.ts';
import type { SignerInProcess } from '../support/signer-in-process.ts';
import type { BareAnswer, EdgeProcessArguments } from './edge-process.ts';
import type { Bound } from './figure.ts';
import type { Load } from './load.ts';

/** What a snapshot is served from: the Worker, its key, its KV. */
export type Prepared = Omit<EdgeProcessArguments, 'bare'>;

/** One kind of request, and what the bare Worker answers to it: as many octets, the same status. */
export interface EdgeCase {
  /** Its figures are `edge.<key>.…`. */
  readonly key: string;
  readonly what: string;
  readonly load: Load;
  readonly answer: BareAnswer;
  /** Of the share. */
  readonly bound?: Bound;
  /** Asks once for everything that is in the load, and looks whether the answers are right. */
  readonly warmUp: (url: string) => Promise<unknown>;
}

const LEAST: Bound = { atLeast: 0.75 };
/** Serial numbers that nobody was given. */
const UNKNOWN = 1_000;

/** Every kind of request that `npm run bench edge` holds against a bare Worker. */
export function edgeCases(ca: SignerInProcess): readonly EdgeCase[] {
  const { serialNumbers } = ca;
  const known = ocspRequests(ca, serialNumbers);
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const strangers = Array.from({ length: UNKNOWN }, () => randomSerialNumber(random));
  const unknown = ocspRequests(ca, strangers);
  const garbage = known.map((der) => der.map((octet, i) => (i < 8 ? 0xff - octet : octet)));
  const crl = latestCRL(ca.context.db, ca.authority.row.id)?.der ?? new Uint8Array(0);
  const crlPath = pathOf(ca.authority.policy.crl.url.value);
  const ocsp = { type: 'application/ocsp-response', status: 200 } as const;
  const signed = { ...ocsp, octets: meanAnswerLength(ca) };
  const unsigned = { ...ocsp, octets: UNSIGNED_OCTETS };
  const aimed = { bound: LEAST };
  return [
    {
      ...{ key: 'ocspGet', what: `OCSP by GET, ${known.length} requests`, answer: signed },
      ...{ ...aimed, load: getLoad(known), warmUp: (url) => warmUpOCSP(url, known) },
    },
    {
      ...{ key: 'ocspPost', what: `OCSP by POST, ${known.length} requests`, answer: signed },
      ...{ ...aimed, load: { method: 'POST', requests: known } },
      warmUp: (url) => warmUpOCSP(url, known),
    },
    {
      ...{ key: 'unknownSerial', what: 'OCSP by GET, serial numbers of nobody', answer: unsigned },
      ...{ load: getLoad(unknown), warmUp: (url) => expectUnsigned(url, unknown, 'unauthorized') },
    },
    {
      ...{ key: 'garbage', what: 'POST of what is no request', answer: unsigned },
      load: { method: 'POST', requests: garbage },
      warmUp: (url) => expectUnsigned(url, garbage.slice(0, 20), 'malformedRequest'),
    },
    {
      ...{ key: 'crl', what: `a CRL of ${crl.length} octets` },
      answer: { type: 'application/pkix-crl', status: 200, octets: crl.length },
      ...{
        load: { method: 'GET', requests: [crlPath] },
        warmUp: (url) => expectCRL(url, crlPath, crl),
      },
    },
    notModified(crlPath, crl),
  ];
}

/** RFC 9110 13.1.2: the tag of a file is its SHA-256. */
function notModified(path: string, crl: Uint8Array): EdgeCase {
  const fields = { tag: '' };
  return {
    ...{ key: 'notModified', what: 'a 304 for that CRL' },
    answer: { type: 'application/pkix-crl', status: 304, octets: 0 },
    load: {
      ...{ method: 'GET', requests: [path], status: 304 },
      get fields() {
        return `If-None-Match: ${fields.tag}\r\n`;
      },
    },
    warmUp: async (url) => {
      const first = await expectCRL(url, path, crl);
      fields.tag = first.headers.get('etag') ?? '';
      const headers = { 'If-None-Match': fields.tag };
      const second = await fetch(new URL(path, url), { headers });
      if (second.status !== 304) throw new Error(`${path}: ${second.status} instead of 304`);
    },
  };
}

/** An unsigned OCSPResponse: RFC 6960 4.2.1, one ENUMERATED in a SEQUENCE. */
const UNSIGNED_OCTETS = 5;
const STATUSES = { malformedRequest: 1, unauthorized: 6 } as const;

/** One DER OCSPRequest for each serial number and CertID hash. */
function ocspRequests(
  { authority }: SignerInProcess,
  serialNumbers: readonly SerialNumber[],
): readonly Uint8Array[] {
  const issuer = identityOf(authority.row);
  return serialNumbers.flatMap((serialNumber) =>
    CERT_ID_HASHES.map((hash) => {
      const certID = encodeCertID({ hash, ...issuer[hash], serialNumber });
      return sequence(sequence(sequence(sequence(certID))));
    }),
  );
}

/** RFC 6960 A.1. */
function target(der: Uint8Array): string {
  return `/${encodeURIComponent(Buffer.from(der).toString('base64'))}`;
}

function getLoad(requests: readonly Uint8Array[]): Load {
  return { method: 'GET', requests: requests.map(target) };
}

/** Every answer once, both ways: a signed response each, then in the memory of the Worker. */
async function warmUpOCSP(url: string, requests: readonly Uint8Array[]): Promise<void> {
  for (const [i, request] of requests.entries()) {
    const body = new Uint8Array(request);
    const posted = await fetch(url, { method: 'POST', body });
    const got = await fetch(new URL(target(request), url));
    const [one, other] = [posted, got].map((answer) => answer.arrayBuffer());
    const der = new Uint8Array((await one) ?? []);
    if (der.length < 100 || !bytesEqual(der, new Uint8Array((await other) ?? []))) {
      throw new Error(`request ${i} has no signed response`);
    }
  }
}

async function expectUnsigned(
  url: string,
  requests: readonly Uint8Array[],
  status: keyof typeof STATUSES,
): Promise<void> {
  const wanted = Uint8Array.of(0x30, 3, 0x0a, 1, STATUSES[status]);
  for (const request of requests) {
    const answer = await fetch(url, { method: 'POST', body: new Uint8Array(request) });
    if (!bytesEqual(new Uint8Array(await answer.arrayBuffer()), wanted)) {
      throw new Error(`no ${status} for ${hexFromBytes(request)}`);
    }
  }
}

async function expectCRL(url: string, path: string, crl: Uint8Array): Promise<Response> {
  const answer = await fetch(new URL(path, url));
  if (!bytesEqual(new Uint8Array(await answer.arrayBuffer()), crl)) {
    throw new Error(`${path} is not the CRL`);
  }
  return answer;
}

/** What the KV holds, as files. */
export function writeSnapshot(
  { context, publicationKey }: SignerInProcess,
  directory: string,
): Omit<Prepared, 'script'> {
  const epoch = latestEpoch(context.db);
  if (!epoch) throw new Error('no epoch');
  const blobs = epochsBlobs(context);
  const values = [
    ...blobs.map(({ hash, bytes }) => [`blob/${hexFromBytes(hash)}`, bytes] as const),
    ['head', epoch.note] as const,
  ];
  const kv = values.map(([key, bytes], i) => {
    const file = join(directory, `value-${i}`);
    writeFileSync(file, bytes);
    return { key, file };
  });
  return { publicationKey, kv };
}

/** Of every epoch so far: a later one names blobs that an earlier one brought. */
function epochsBlobs({ db }: SignerInProcess['context']): ReturnType<typeof epochBlobs> {
  const last = latestEpoch(db)?.number ?? 0;
  return Array.from({ length: last }, (_, i) => epochBlobs(db, i + 1)).flat();
}

function meanAnswerLength({ context }: SignerInProcess): number {
  const lengths = epochsBlobs(context).flatMap(({ bytes }) => {
    const shard = decodeOCSPShard(bytes);
    if (!shard.ok) return [];
    return Array.from(shard.value.entryOffsets, (_, i) => {
      const stored = storedResponseAt(shard.value, i);
      return stored ? rebuildOCSPResponse(shard.value, stored, 'sha256').length : 0;
    });
  });
  return Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length);
}
