import { isoText, type UnixSeconds } from '../../../../shared/time.ts';
import { hexOf } from '../../../support/octets.ts';
import { opensslOk } from '../../../support/openssl.ts';
import { crlEntries, type StatedRevocation } from '../../../support/openssl-text.ts';
import {
  findPublished,
  type PublisherUnderTest,
  publishedFile,
  publishedHead,
  publishedIssuer,
} from '../publisher/publisher-under-test.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** By its number: RFC 5280 5.3.1. */
const REASONS = new Map([
  [1, 'keyCompromise'],
  [3, 'affiliationChanged'],
  [4, 'superseded'],
  [5, 'cessationOfOperation'],
]);

/** What the test did to one certificate: kept apart from everything that the signer keeps. */
export interface Expected {
  readonly serial: string;
  readonly authority: string;
  readonly revocation: StatedRevocation | null;
}

/** What was seen of the CRLs before: their numbers only rise. */
export interface CRLWatch {
  readonly path: string;
  /** When this CA issued or revoked last. */
  changedAt: number;
  hash: string;
  entries: ReadonlyMap<string, StatedRevocation>;
  number: number;
}

/** Everything in which database, CRL and OCSP differ from what was done, and all that is missing. */
export function disagreements(
  test: PublisherUnderTest,
  expected: readonly Expected[],
  crls: ReadonlyMap<string, CRLWatch>,
  now: UnixSeconds,
): readonly string[] {
  const found = [...databaseFindings(test, expected), ...headFindings(test, now)];
  for (const [authority, watch] of crls) {
    const own = expected.filter((certificate) => certificate.authority === authority);
    found.push(...crlFindings(test, own, watch, now), ...ocspFindings(test, authority, own, now));
  }
  return found.map((finding) => `${isoText(now)}: ${finding}`);
}

function databaseFindings(
  { context }: PublisherUnderTest,
  expected: readonly Expected[],
): readonly string[] {
  const rows = context.db.all(
    `SELECT lower(hex(c.serial)) AS serial, v.reason, v.revocation_date FROM certificate c
     JOIN authority a ON a.id = c.authority_id LEFT JOIN revocation v ON v.certificate_id = c.id
     WHERE c.state = 'issued'`,
  );
  const told = new Map(rows.map((row) => [String(row['serial']), statedBy(row)]));
  const wrong = expected
    .filter(({ serial, revocation }) => told.get(serial) !== textOf(revocation))
    .map(({ serial }) => `the database says ${told.get(serial)} of ${serial}`);
  const open = Number(context.db.get('SELECT count(*) AS n FROM unsettled')?.['n']);
  return open === 0 ? wrong : [...wrong, `${open} facts wait`];
}

function statedBy(row: Readonly<Record<string, unknown>>): string {
  if (row['revocation_date'] === null) return 'good';
  const revocationDate = new Date(Number(row['revocation_date']) * 1000).toISOString();
  return `${REASONS.get(Number(row['reason']))} ${revocationDate.replace('.000Z', 'Z')}`;
}

function textOf(revocation: StatedRevocation | null): string {
  return revocation ? `${revocation.reason} ${revocation.revocationDate}` : 'good';
}

function headFindings(test: PublisherUnderTest, now: UnixSeconds): readonly string[] {
  return publishedHead(test).expires > now ? [] : ['the head has run out'];
}

/** CRL-4, CRL-6, CRL-9, CRL-15 and CP 4.9.7 of the CRL that is published. */
function crlFindings(
  test: PublisherUnderTest,
  own: readonly Expected[],
  watch: CRLWatch,
  now: UnixSeconds,
): readonly string[] {
  const file = publishedFile(test, watch.path);
  if (!file) return [`no CRL at ${watch.path}`];
  const found: string[] = [];
  const { thisUpdate, nextUpdate, hash } = file.entry;
  if (thisUpdate === null || nextUpdate === null) return [`${watch.path} has no window`];
  if (now < thisUpdate || now >= nextUpdate) found.push(`${watch.path} is not valid now`);
  if (nextUpdate - thisUpdate > 364 * DAY) found.push(`${watch.path} is valid for too long`);
  if (thisUpdate < watch.changedAt) found.push(`${watch.path} is older than the last act`);
  if (hexOf(hash) !== watch.hash) found.push(...readAgain(watch, file.bytes, hexOf(hash)));
  const listed = new Map([...watch.entries].map(([serial, entry]) => [serial, textOf(entry)]));
  for (const { serial, revocation } of own) {
    const wanted = revocation ? textOf(revocation) : undefined;
    if (listed.get(serial) !== wanted)
      found.push(`${watch.path} says ${listed.get(serial)} of ${serial}`);
    listed.delete(serial);
  }
  for (const serial of listed.keys()) found.push(`${watch.path} lists ${serial}, issued by nobody`);
  return found;
}

function readAgain(watch: CRLWatch, der: Uint8Array, hash: string): readonly string[] {
  const entries = crlEntries(der);
  const { text } = opensslOk(['crl', '-inform', 'DER', '-noout', '-crlnumber'], der);
  const crlNumber = Number(text.trim().replace('crlNumber=', ''));
  const rises = crlNumber > watch.number;
  Object.assign(watch, { hash, entries, number: crlNumber });
  return rises ? [] : [`${watch.path}: cRLNumber ${crlNumber} does not rise`];
}

/** RSP-8, RSP-9, RSP-21 and RSP-24 of the responses that an edge would send. */
function ocspFindings(
  test: PublisherUnderTest,
  authority: string,
  own: readonly Expected[],
  now: UnixSeconds,
): readonly string[] {
  const issuer = publishedIssuer(test, authority);
  const found: string[] = [];
  for (const { serial, revocation } of own) {
    const stored = findPublished(test, issuer, serial);
    if (!stored) {
      found.push(`no response about ${serial}`);
      continue;
    }
    const { certStatus, times } = stored;
    const said =
      certStatus.status === 'good'
        ? 'good'
        : `${REASONS.get(certStatus.revocationReason)} ${isoText(certStatus.revocationTime)}`;
    if (said !== textOf(revocation)) found.push(`OCSP says ${said} of ${serial}`);
    const { thisUpdate, nextUpdate } = times;
    if (now < thisUpdate || now > nextUpdate - 8 * HOUR || now > thisUpdate + 4 * DAY)
      found.push(`the response about ${serial} is due`);
  }
  return found;
}
