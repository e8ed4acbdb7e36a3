import { createHash } from 'node:crypto';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import type { CertIDHash } from '../../../../shared/ocsp/cert-id.ts';
import { err, must, ok, type Result } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { placeOf } from '../../../../shared/snapshot/directory.ts';
import type { FileEntry } from '../../../../shared/snapshot/file.ts';
import { decodeSignedHead, type Head } from '../../../../shared/snapshot/head.ts';
import {
  decodeOCSPShard,
  findStoredResponse,
  type OCSPShard,
  rebuildOCSPResponse,
  type StoredResponse,
} from '../../../../shared/snapshot/ocsp-shard-reader.ts';
import { decodeRoot, type IssuerEntry, type Root } from '../../../../shared/snapshot/root.ts';
import { addSeconds } from '../../../../shared/time.ts';
import {
  reserveCertificate,
  setCertificateIssued,
} from '../../../../signer/database/certificate-table.ts';
import { markUnsettled } from '../../../../signer/database/unsettled-table.ts';
import type { KVClient, KVError, KVPair } from '../../../../signer/publisher/kv-client.ts';
import {
  type PublicationSigner,
  publicationKey,
} from '../../../../signer/publisher/publication-key.ts';
import { openPublisher, type Publisher } from '../../../../signer/publisher/publisher.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { hexOf } from '../../../support/octets.ts';
import { KEYSTORE, type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';

/** A store in memory that keeps the order of what it was given, and fails when it is told to. */
export class RecordingKV implements KVClient {
  readonly values = new Map<string, Uint8Array>();
  /** Keys of each call, in order. */
  readonly calls: (readonly string[])[] = [];
  /** What the next calls answer, one each; persisted or not. */
  readonly faults: { readonly error: KVError; readonly persisted: 'persisted' | 'lost' }[] = [];

  async putAll(pairs: readonly KVPair[]): Promise<Result<true, KVError>> {
    this.calls.push(pairs.map(({ key }) => key));
    const fault = this.faults.shift();
    if (fault?.persisted !== 'lost')
      for (const { key, value } of pairs) this.values.set(key, value);
    return fault ? err(fault.error) : ok(true);
  }

  /** Keys that were asked for, in order. */
  readonly reads: string[] = [];
  /** What reads find instead of what is stored. */
  shown: (key: string) => Result<Uint8Array | null, KVError> | undefined = () => undefined;

  async get(key: string): Promise<Result<Uint8Array | null, KVError>> {
    this.reads.push(key);
    return this.shown(key) ?? ok(this.values.get(key) ?? null);
  }

  callsLeft(): number {
    return 1_200;
  }
}

export interface PublisherUnderTest extends SignerUnderTest {
  readonly kv: RecordingKV;
  readonly publisher: Publisher;
  readonly publication: PublicationSigner;
  /** Milliseconds that the publisher slept, each time. */
  readonly slept: readonly number[];
}

/** Root and sub-CA, settled; nothing is published yet. */
export async function startPublisher(
  headRenewal = 1_800,
  policy?: string,
): Promise<PublisherUnderTest> {
  const signer = await startHierarchy(policy);
  for (const name of ['root-ca3', 'time-stamping-ca']) await signer.settle(name);
  return { ...signer, ...(await publisherOver(signer.context, headRenewal)) };
}

async function makePublicationKey(context: SignerContext): Promise<PublicationSigner> {
  const label = 'publication';
  const key = await context.door.generateKey(KEYSTORE, label, { kind: 'ed25519' }, 'test');
  const { spki } = must(key, 'publication key');
  return {
    keystore: KEYSTORE,
    label,
    spki,
    key: publicationKey('test.example/snapshot', spki),
  };
}

/** A publisher with a key of its own and a store in memory, or with those that are given. */
export async function publisherOver(
  context: SignerContext,
  headRenewal = 1_800,
  known?: PublicationSigner,
  kv: RecordingKV = new RecordingKV(),
): Promise<Pick<PublisherUnderTest, 'kv' | 'publisher' | 'publication' | 'slept'>> {
  const publication = known ?? (await makePublicationKey(context));
  const slept: number[] = [];
  const publisher = openPublisher(context, {
    kv,
    signer: publication,
    headLifetime: 7_200,
    headRenewal,
    headInterval: 1_000,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
  });
  return { kv, publisher, publication, slept };
}

/** Certificates as far as the database knows them, without asking a key; answers their serials. */
export function insertCertificates(
  { context, authority }: SignerUnderTest,
  count: number,
  name = 'time-stamping-ca',
): readonly string[] {
  const { row } = authority(name);
  const now = context.clock();
  return context.db.transaction((tx) =>
    Array.from({ length: count }, () => {
      const random = Uint8Array.of(1, ...context.randomBytes(16));
      const serialNumber = must(serialNumberFromContents(random), 'serial number');
      const spkiSha256 = new Uint8Array(createHash('sha256').update(random).digest());
      const window = { notBefore: now, notAfter: addSeconds(now, 86_400 * 365) };
      const reservation = { authorityId: row.id, serialNumber, subject: row.subject, spkiSha256 };
      const id = reserveCertificate(
        tx,
        { ...reservation, ...window, profile: 'tsa', requestId: null },
        now,
      );
      setCertificateIssued(tx, id, Uint8Array.of(0x30, 0));
      markUnsettled(tx, row.id, id);
      return hexOf(serialNumber);
    }),
  );
}

export function publishedHead({ kv, publication }: PublisherUnderTest): Head {
  const note = kv.values.get('head') ?? new Uint8Array(0);
  return must(decodeSignedHead(note, publication.key), 'head in the store').head;
}

function blob({ kv }: PublisherUnderTest, hash: Uint8Array | undefined): Uint8Array {
  const bytes = kv.values.get(`blob/${hexFromBytes(hash ?? new Uint8Array(0))}`);
  if (!bytes) throw new Error('the store has no such blob');
  return bytes;
}

export function publishedRoot(test: PublisherUnderTest): Root {
  return must(decodeRoot(blob(test, publishedHead(test).rootHash)), 'root in the store');
}

/** The line of an authority in the root: its key tells it. */
export function publishedIssuer(test: PublisherUnderTest, name: string): IssuerEntry {
  const keyHash = hexOf(test.authority(name).keyIdentifier);
  const found = publishedRoot(test).issuers.find(
    ({ issuer }) => hexOf(issuer.sha1.issuerKeyHash) === keyHash,
  );
  if (!found) throw new Error(`${name} is not in the root`);
  return found;
}

const decoded = new WeakMap<Uint8Array, OCSPShard>();

/** A file of the snapshot by its path, one chunk long; of few files. */
export function publishedFile(
  test: PublisherUnderTest,
  path: string,
): { readonly entry: FileEntry; readonly bytes: Uint8Array } | undefined {
  const { files } = publishedRoot(test);
  const entries = files.level === 'root' ? files.entries : [];
  const entry = entries.find((candidate) => candidate.path === path);
  return entry && { entry, bytes: blob(test, entry.chunkHashes[0]) };
}

/** What an edge finds about a serial number by way of head, root and shard; of small issuers. */
export function findPublished(
  test: PublisherUnderTest,
  issuer: IssuerEntry,
  serial: string,
): StoredResponse | undefined {
  return findInShard(test, issuer, serial)?.stored;
}

/** The same, with the response that an edge sends. */
export function publishedResponse(
  test: PublisherUnderTest,
  issuer: IssuerEntry,
  serial: string,
  hash: CertIDHash,
): Uint8Array | undefined {
  const found = findInShard(test, issuer, serial);
  return found && rebuildOCSPResponse(found.shard, found.stored, hash);
}

function findInShard(
  test: PublisherUnderTest,
  issuer: IssuerEntry,
  serial: string,
): { readonly shard: OCSPShard; readonly stored: StoredResponse } | undefined {
  const contents = new Uint8Array(Buffer.from(serial, 'hex'));
  const serialNumber = must(serialNumberFromContents(contents), 'serial number');
  const hash = issuer.hashes[placeOf(serialNumber, issuer.shardBits)];
  if (!hash || hash.every((octet) => octet === 0)) return undefined;
  const bytes = blob(test, hash);
  const shard = decoded.get(bytes) ?? must(decodeOCSPShard(bytes), 'shard in the store');
  decoded.set(bytes, shard);
  const stored = findStoredResponse(shard, serialNumber);
  return stored && { shard, stored };
}
