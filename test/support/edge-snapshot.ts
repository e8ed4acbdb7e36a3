import { asciiBytes, hexFromBytes } from '../../shared/bytes.ts';
import type { CertIDHash, IssuerIdentity } from '../../shared/ocsp/cert-id.ts';
import { type CertStatus, encodeResponseData, type Responder } from '../../shared/ocsp/response.ts';
import { must } from '../../shared/result.ts';
import { type SerialNumber, serialNumberFromText } from '../../shared/serial-number.ts';
import {
  encodeFilePage,
  encodeShardPage,
  NO_SHARD,
  placeOf,
  SHARD_PAGE_BITS,
  SHARDS_IN_ROOT_BITS,
} from '../../shared/snapshot/directory.ts';
import { chunksOf, type FileEntry, type MediaTypeCode } from '../../shared/snapshot/file.ts';
import {
  encodeHeadText,
  encodePublicationKey,
  encodeSignedNote,
  type Head,
  type PublicationKey,
} from '../../shared/snapshot/head.ts';
import { encodeOCSPShard, type ShardEntry } from '../../shared/snapshot/ocsp-shard.ts';
import { encodeRoot, type FileTable, type IssuerEntry } from '../../shared/snapshot/root.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';

/**
 * Snapshots for tests of the edge, signed with throwaway keys. Web Crypto only, so that they can be
 * made in workerd as well as in Node.js.
 */

export const NOW: UnixSeconds = unixSeconds(1_795_400_000);
export const HOUR = 3600;
export const DAY = 86_400;

export async function digest(name: 'SHA-1' | 'SHA-256', bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(name, bytes.slice()));
}

export function serial(text: string): SerialNumber {
  return must(serialNumberFromText(text), 'a serial number written in a test');
}

/** Named by what makes it: the types of Node.js and of workerd do not call it alike. */
type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export interface KeyPair {
  readonly publicKey: WebKey;
  readonly privateKey: WebKey;
}

export interface TestIssuer {
  readonly identity: IssuerIdentity;
  readonly responder: Responder;
  readonly keys: KeyPair;
}

/** An issuer whose Name and key are the ASCII of `name`, answering with a P-256 key of its own. */
export async function createIssuer(name: string): Promise<TestIssuer> {
  const of = async (algorithm: 'SHA-1' | 'SHA-256') => ({
    issuerNameHash: await digest(algorithm, asciiBytes(`name of ${name}`)),
    issuerKeyHash: await digest(algorithm, asciiBytes(`key of ${name}`)),
  });
  const identity = { sha1: await of('SHA-1'), sha256: await of('SHA-256') };
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const responder: Responder = {
    keyHash: identity.sha1.issuerKeyHash,
    signatureAlgorithm: 'ecdsa-with-SHA256',
    signatureLength: 64,
    certificate: null,
  };
  return { identity, responder, keys: keys as KeyPair };
}

export interface TestCertificate {
  readonly serialNumber: SerialNumber;
  readonly certStatus?: CertStatus;
  readonly thisUpdate?: UnixSeconds;
  readonly nextUpdate?: UnixSeconds;
}

/** What one issuer has in a snapshot. */
export interface TestPopulation {
  readonly issuer: TestIssuer;
  readonly shardBits?: number;
  readonly certificates: readonly TestCertificate[];
}

export interface TestFile {
  readonly path: string;
  readonly mediaType: MediaTypeCode;
  readonly bytes: Uint8Array;
  readonly thisUpdate?: UnixSeconds;
  readonly nextUpdate?: UnixSeconds;
}

export interface TestContent {
  readonly populations?: readonly TestPopulation[];
  readonly files?: readonly TestFile[];
  /** Puts the files into 2^bits pages instead of the root. */
  readonly filePageBits?: number;
}

/** Blobs by their name in lower-case hexadecimal. */
export type Blobs = Map<string, Uint8Array>;

export async function addBlob(blobs: Blobs, bytes: Uint8Array): Promise<Uint8Array> {
  const hash = await digest('SHA-256', bytes);
  blobs.set(hexFromBytes(hash), bytes);
  return hash;
}

/** 7 days from an hour ago, unless the certificate says otherwise. */
function timesOf(certificate: TestCertificate) {
  const thisUpdate = certificate.thisUpdate ?? addSeconds(NOW, -HOUR);
  const nextUpdate = certificate.nextUpdate ?? addSeconds(thisUpdate, 7 * DAY);
  return { producedAt: thisUpdate, thisUpdate, nextUpdate, archiveCutoff: null };
}

async function signedEntry(
  issuer: TestIssuer,
  certificate: TestCertificate,
  batch: number,
): Promise<ShardEntry> {
  const { serialNumber, certStatus = { status: 'good' } } = certificate;
  const sign = async (hash: CertIDHash) => {
    const certID = { hash, ...issuer.identity[hash], serialNumber };
    const tbs = encodeResponseData(issuer.responder.keyHash, timesOf(certificate), {
      certID,
      certStatus,
    });
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signed = await crypto.subtle.sign(algorithm, issuer.keys.privateKey, tbs.slice());
    return new Uint8Array(signed);
  };
  const signatures = { sha1: await sign('sha1'), sha256: await sign('sha256') };
  return { serialNumber, certStatus, batch, signatures };
}

/** The octets of the shard at `shardIndex`, each certificate in a batch of its own. */
export async function encodeTestShard(
  population: TestPopulation,
  shardIndex: number,
): Promise<Uint8Array> {
  const { issuer, shardBits = 0, certificates } = population;
  const mine = certificates.filter((c) => placeOf(c.serialNumber, shardBits) === shardIndex);
  const batches = mine.map((certificate) => ({ ...timesOf(certificate), responder: 0 }));
  const entries = await Promise.all(mine.map((c, batch) => signedEntry(issuer, c, batch)));
  const header = {
    issuer: issuer.identity,
    shardBits,
    shardIndex,
    responders: [issuer.responder],
    batches,
  };
  return encodeOCSPShard(header, entries);
}

export async function addIssuer(blobs: Blobs, population: TestPopulation): Promise<IssuerEntry> {
  const { issuer, shardBits = 0, certificates } = population;
  const shardHashes: Uint8Array[] = Array.from({ length: 2 ** shardBits }, () => NO_SHARD);
  for (const index of new Set(certificates.map((c) => placeOf(c.serialNumber, shardBits)))) {
    shardHashes[index] = await addBlob(blobs, await encodeTestShard(population, index));
  }
  if (shardBits <= SHARDS_IN_ROOT_BITS) {
    return { issuer: issuer.identity, shardBits, hashes: shardHashes };
  }
  const hashes: Uint8Array[] = [];
  for (let pageIndex = 0; pageIndex < 2 ** (shardBits - SHARD_PAGE_BITS); pageIndex++) {
    const from = pageIndex << SHARD_PAGE_BITS;
    const page = {
      issuer: issuer.identity.sha256,
      shardBits,
      pageIndex,
      shardHashes: shardHashes.slice(from, from + (1 << SHARD_PAGE_BITS)),
    };
    hashes.push(await addBlob(blobs, encodeShardPage(page)));
  }
  return { issuer: issuer.identity, shardBits, hashes };
}

async function addFile(blobs: Blobs, file: TestFile): Promise<FileEntry> {
  const { path, mediaType, bytes, thisUpdate = null, nextUpdate = null } = file;
  const chunkHashes: Uint8Array[] = [];
  for (const chunk of chunksOf(bytes)) chunkHashes.push(await addBlob(blobs, chunk));
  const hash = await digest('SHA-256', bytes);
  return { path, mediaType, hash, length: bytes.length, thisUpdate, nextUpdate, chunkHashes };
}

async function addFiles(blobs: Blobs, content: TestContent): Promise<FileTable> {
  const { files = [], filePageBits } = content;
  const entries: FileEntry[] = [];
  for (const file of files) entries.push(await addFile(blobs, file));
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (filePageBits === undefined) return { level: 'root', entries };
  const pageHashes: Uint8Array[] = [];
  for (let pageIndex = 0; pageIndex < 2 ** filePageBits; pageIndex++) {
    const mine = entries.filter((e) => placeOf(asciiBytes(e.path), filePageBits) === pageIndex);
    const page = { pageBits: filePageBits, pageIndex, entries: mine };
    pageHashes.push(await addBlob(blobs, encodeFilePage(page)));
  }
  return { level: 'pages', pageBits: filePageBits, pageHashes };
}

/** Encodes all blobs of an epoch; answers the root's hash. */
export async function addContent(blobs: Blobs, content: TestContent): Promise<Uint8Array> {
  const issuers: IssuerEntry[] = [];
  for (const population of content.populations ?? []) {
    issuers.push(await addIssuer(blobs, population));
  }
  const files = await addFiles(blobs, content);
  return addBlob(blobs, encodeRoot({ issuers, files, audit: { size: 0, hash: NO_SHARD } }));
}

/** A publication key that a test may sign heads with. */
export interface TestPublisher {
  readonly key: PublicationKey;
  /** C2SP vkey, as the variable PUBLICATION_KEY wants it. */
  readonly vkey: string;
  /** A signed note over any text. */
  signText(text: Uint8Array): Promise<Uint8Array>;
  signHead(head: Partial<Head> & Pick<Head, 'epoch' | 'rootHash'>): Promise<Uint8Array>;
}

export async function createPublisher(name = 'ca.example/snapshot'): Promise<TestPublisher> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as KeyPair;
  const exported = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer;
  const publicKey = new Uint8Array(exported);
  const named = new Uint8Array([...asciiBytes(name), 0x0a, 0x01, ...publicKey]);
  const keyHash = (await digest('SHA-256', named)).subarray(0, 4);
  const key = { name, keyHash, publicKey };
  const signText = async (text: Uint8Array) => {
    const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, text.slice());
    return encodeSignedNote(text, key, new Uint8Array(signature));
  };
  return {
    key,
    vkey: encodePublicationKey(key),
    signText,
    async signHead(fields) {
      const time = fields.time ?? addSeconds(NOW, -60);
      const expires = fields.expires ?? addSeconds(time, 2 * HOUR);
      const text = encodeHeadText({
        origin: name,
        previousHash: NO_SHARD,
        ...fields,
        time,
        expires,
      });
      return signText(text);
    },
  };
}
