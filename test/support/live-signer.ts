import { asciiBytes, hexFromBytes } from '../../shared/bytes.ts';
import { decodeLiveRequest, type LiveRequest } from '../../shared/ocsp/live-request.ts';
import { encodeLiveResponseData } from '../../shared/ocsp/live-response.ts';
import type { CertStatus } from '../../shared/ocsp/response.ts';
import { must } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import { encodeLiveAnswer } from '../../shared/snapshot/live-answer.ts';
import { addSeconds, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import type { LiveSource } from '../../workers/live-answers.ts';
import { createIssuer, serial, type TestIssuer } from './edge-snapshot.ts';
import { octets, tlv } from './octets.ts';

/** Serial number of the responder's own certificate, which the snapshot calls good. */
export const RESPONDER: SerialNumber = serial('2001');

/** 2026-01-01 to 2027-01-01, around `NOW` of the snapshots. */
const VALIDITY = ['260101000000Z', '270101000000Z'] as const;

/**
 * An issuer whose responder has a certificate, as far as an edge reads it: serial number, validity
 * (UTCTime) and key.
 */
export async function createLiveIssuer(
  name: string,
  validity: readonly [string, string] = VALIDITY,
): Promise<TestIssuer> {
  const issuer = await createIssuer(name);
  const exported = await crypto.subtle.exportKey('spki', issuer.keys.publicKey);
  const spki = new Uint8Array(exported as ArrayBuffer);
  const empty = octets('30 00');
  const version = octets('a0 03 02 01 02');
  const times = validity.map((time) => tlv(0x17, asciiBytes(time)));
  const fields = [empty, empty, tlv(0x30, ...times), empty];
  const tbs = tlv(0x30, version, tlv(0x02, RESPONDER), ...fields, spki);
  const certificate = tlv(0x30, tbs, empty, octets('03 01 00'));
  return { ...issuer, responder: { ...issuer.responder, certificate } };
}

/** What an honest signer would say, and what a liar changes of it. */
export interface Lie {
  readonly request?: LiveRequest;
  readonly statuses?: readonly CertStatus[];
  /** Said in place of what was signed. */
  readonly said?: readonly CertStatus[];
  readonly age?: Seconds;
  readonly validity?: Seconds;
  readonly responder?: SerialNumber;
  readonly key?: TestIssuer['keys']['privateKey'];
  readonly keyHash?: Uint8Array;
}

export async function liveAnswerTo(
  { responder, keys }: TestIssuer,
  der: Uint8Array,
  now: UnixSeconds,
  lie: Lie = {},
): Promise<Uint8Array> {
  const request = lie.request ?? must(decodeLiveRequest(der), 'request');
  const statuses = lie.statuses ?? request.certIDs.map(() => ({ status: 'good' }) as const);
  const producedAt = addSeconds(now, -(lie.age ?? 0));
  const nextUpdate = addSeconds(producedAt, lie.validity ?? 28_800);
  const times = { producedAt, thisUpdate: producedAt, nextUpdate, archiveCutoff: null };
  const responderKeyHash = lie.keyHash ?? responder.keyHash;
  const tbs = encodeLiveResponseData({ responderKeyHash, times, statuses }, request);
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signed = await crypto.subtle.sign(algorithm, lie.key ?? keys.privateKey, tbs.slice());
  return encodeLiveAnswer({
    ...{ responderSerial: lie.responder ?? RESPONDER, responderKeyHash, producedAt, nextUpdate },
    ...{ statuses: lie.said ?? statuses, signature: new Uint8Array(signed) },
  });
}

/** A signer that answers as it is told, and what it was asked. */
export interface LiveSigner extends LiveSource {
  readonly asked: Uint8Array[];
  answer: (der: Uint8Array) => Promise<Response>;
}

export function liveSigner(...issuers: readonly TestIssuer[]): LiveSigner {
  const labels = issuers.map(({ identity }) => hexFromBytes(identity.sha1.issuerKeyHash));
  const signer: LiveSigner = {
    url: 'https://signer.example',
    issuers: new Set(labels),
    asked: [],
    answer: async () => new Response(null, { status: 404 }),
    fetch: async (_url, { body }) => {
      const der = new Uint8Array(await new Response(body).arrayBuffer());
      signer.asked.push(der);
      return signer.answer(der);
    },
  };
  return signer;
}
