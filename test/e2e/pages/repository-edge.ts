import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { CatalogueDocument } from '../../../shared/repository/catalogue.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import { demoLayout } from '../../../signer/demo/demo-layout.ts';
import { bundleWorker } from '../../../signer/demo/edge.ts';
import { blobKey, HEAD_KEY } from '../../../workers/blob-store.ts';
import {
  addContent,
  type Blobs,
  createPublisher,
  DAY,
  HOUR,
  type TestContent,
  type TestFile,
  type TestPublisher,
} from '../../support/edge-snapshot.ts';
import {
  createCA,
  repositoryContent,
  type TestCA,
  type TestIssued,
} from '../../support/repository-snapshot.ts';

/** The bundle that would be deployed, in workerd, with a repository to look at. */
export interface RepositoryEdge {
  readonly origin: string;
  readonly ca: TestCA;
  readonly now: UnixSeconds;
  close(): Promise<void>;
}

const SUBJECT =
  'OU=Time Stamping Service of Very Long Names,O=Example Time Stamping Authority Co. Ltd.,C=JP';

/** 60 certificates; the last three are revoked, of another key, and expired. */
function issuedAt(now: UnixSeconds): readonly TestIssued[] {
  const good: readonly TestIssued[] = Array.from({ length: 57 }, (_, i) => ({
    serialNumber: `01${(0x1000 + i).toString(16).padStart(32, 'a')}`,
    subject: `CN=Example TSA ${i + 1},${SUBJECT}`,
    certStatus: { status: 'good' },
  }));
  const revoked = (serialNumber: string, name: string, revocationReason: 1 | 4): TestIssued => ({
    ...{ serialNumber, subject: `CN=${name},${SUBJECT}` },
    certStatus: { status: 'revoked', revocationTime: addSeconds(now, -DAY), revocationReason },
  });
  return [
    ...good,
    revoked('01cccc', 'Example TSA with a stolen key', 1),
    revoked('01dddd', 'Example TSA superseded', 4),
    {
      ...{ serialNumber: '01eeee', subject: `CN=Example TSA expired,${SUBJECT}` },
      ...{ notAfter: addSeconds(now, -DAY), certStatus: { status: 'good' } },
    },
  ];
}

function documentsAt(now: UnixSeconds): readonly CatalogueDocument[] {
  const edition = (version: string, days: number): CatalogueDocument => ({
    ...{ name: 'cp', kind: 'certificate-policy', version, language: 'ja' },
    title: 'タイムスタンプサービス用証明書ポリシー',
    effective: addSeconds(now, days * DAY),
    announced: addSeconds(now, (days - 14) * DAY),
    ...{ path: `/documents/cp-${version}.pdf`, type: 'application/pdf', bytes: 612_345 },
    sha256: '0'.repeat(64),
  });
  const minor = { kind: 'minor', summary: '連絡先の電話番号を更新しました。' } as const;
  const major = {
    kind: 'major',
    summary:
      'OCSPレスポンスの有効期間の上限を10日から7日に変更します。検証者はキャッシュの設定を確認してください。',
  } as const;
  return [
    edition('5.07', -400),
    { ...edition('5.08', -30), change: minor },
    { ...edition('6.00', 12), change: major },
    {
      ...{ ...edition('2.01', -200), name: 'terms', kind: 'relying-party-agreement' },
      ...{ title: 'Relying party agreement', language: 'en', path: '/documents/terms-2.01.pdf' },
    },
  ];
}

export async function startRepositoryEdge(): Promise<RepositoryEdge> {
  const directory = mkdtempSync(join(tmpdir(), 'inkan-pages-'));
  const script = await bundleWorker(demoLayout(directory));
  const publisher = await createPublisher('ca.example/snapshot');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'inkan-edge',
      host: '127.0.0.1',
      port: 0,
      log: new Log(LogLevel.ERROR),
      modules: [{ type: 'ESModule', path: 'index.js', contents: readFileSync(script, 'utf8') }],
      compatibilityDate: '2026-10-20',
      kvNamespaces: ['SNAPSHOT'],
      durableObjects: { RADAR: { className: 'QueryRadar', useSQLite: true } },
      bindings: { PUBLICATION_KEY: publisher.vkey },
    }),
  );
  const { origin } = await miniflare.ready;
  const now = unixSeconds(Math.floor(Date.now() / 1000));
  const ca = await createCA('root-ca3', 'Example Time Stamping Root CA3', now);
  const issued = issuedAt(now);
  const documents = documentsAt(now);
  const content = await repositoryContent(
    { ca, now, issued, documents, host: origin },
    downloads(ca, issued, documents),
  );
  const kv = await miniflare.getKVNamespace('SNAPSHOT');
  for (const [key, value] of await encoded(publisher, content, now)) {
    await kv.put(key, value.slice().buffer);
  }
  return {
    origin,
    ca,
    now,
    async close() {
      await miniflare.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Something to download wherever the catalogue says that there is. */
function downloads(
  ca: TestCA,
  issued: readonly TestIssued[],
  documents: readonly CatalogueDocument[],
): readonly TestFile[] {
  const paths = [
    ...['pem', 'p7c', 'reasons.txt'].map((ending) => `/${ca.name}.${ending}`),
    ...issued.map(({ serialNumber }) => `/${ca.name}/certificates/${serialNumber}.cer`),
    ...documents.map(({ path }) => path),
  ];
  return paths.map((path) => ({ path, mediaType: 4, bytes: new TextEncoder().encode(path) }));
}

async function encoded(
  publisher: TestPublisher,
  content: TestContent,
  now: UnixSeconds,
): Promise<readonly (readonly [key: string, value: Uint8Array])[]> {
  const blobs: Blobs = new Map();
  // More files than a root may list.
  const rootHash = await addContent(blobs, { ...content, filePageBits: 2 });
  const time = addSeconds(now, -60);
  const note = await publisher.signHead({
    epoch: 1,
    rootHash,
    time,
    expires: addSeconds(now, 2 * HOUR),
  });
  const values = [...blobs].map(([hash, bytes]) => [blobKey(hash), bytes] as const);
  return [...values, [HEAD_KEY, note]];
}
