import type { CatalogueDocument } from '../../../shared/repository/catalogue.ts';
import { endOfObjections } from '../../../shared/repository/document-days.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import { DAY, type TestFile } from '../../support/edge-snapshot.ts';
import {
  createCA,
  repositoryContent,
  type TestCA,
  type TestIssued,
} from '../../support/repository-snapshot.ts';
import { startWorkerEdge, type WorkerEdge } from './worker-edge.ts';

/** The bundle that would be deployed, in workerd, with a repository to look at. */
export interface RepositoryEdge extends WorkerEdge {
  readonly ca: TestCA;
  readonly now: UnixSeconds;
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
  const objectionsUntil = (days: number) =>
    endOfObjections(addSeconds(now, (days - 14) * DAY), 7, 540);
  return [
    edition('5.07', -400),
    { ...edition('5.08', -30), change: minor, objectionsUntil: objectionsUntil(-30) },
    { ...edition('6.00', 12), change: major, objectionsUntil: objectionsUntil(12) },
    {
      ...{ ...edition('2.01', -200), name: 'terms', kind: 'relying-party-agreement' },
      ...{ title: 'Relying party agreement', language: 'en', path: '/documents/terms-2.01.pdf' },
    },
  ];
}

export async function startRepositoryEdge(): Promise<RepositoryEdge> {
  const now = unixSeconds(Math.floor(Date.now() / 1000));
  const ca = await createCA('root-ca3', 'Example Time Stamping Root CA3', now);
  const edge = await startWorkerEdge(now, (origin) => {
    const issued = issuedAt(now);
    const documents = documentsAt(now);
    return repositoryContent(
      { ca, now, issued, documents, host: origin },
      downloads(ca, issued, documents),
    );
  });
  return { ...edge, ca, now };
}

/** Something to download wherever the catalogue says that there is. */
function downloads(
  ca: TestCA,
  issued: readonly TestIssued[],
  documents: readonly CatalogueDocument[],
): readonly TestFile[] {
  const paths = [
    ...['pem', 'p7c', 'reasons.txt'].map((ending) => `/${ca.name}.${ending}`),
    ...issued.map(({ serialNumber }) => `/${ca.name}/${serialNumber}.cer`),
    ...documents.map(({ path }) => path),
  ];
  return paths.map((path) => ({ path, mediaType: 4, bytes: new TextEncoder().encode(path) }));
}
