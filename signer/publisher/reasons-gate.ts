import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import { CRL_REASONS, isCRLReasonName } from '../../shared/policy/crl-reasons.ts';
import { ok } from '../../shared/result.ts';
import { serialNumberFromText } from '../../shared/serial-number.ts';
import { unixSecondsFromISO } from '../../shared/time.ts';
import { REASONS_MOST } from '../crl/reasons-file.ts';
import type { CRLRow } from '../database/crl-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import { readTBSCertList } from '../lint/crl/crl-fields.ts';
import { crlReasonOfEntry } from '../lint/crl/entries-report.ts';
import { readTime } from '../lint/read-time.ts';
import { splitSignedDER } from '../signing/signed-der.ts';
import { type GateOutcome, refuseEpoch } from './gate-refusal.ts';

/**
 * CRL-17: the file of reasons is of this very CRL (its SHA-256), and says of each entry, in the same
 * order, what the CRL says; nothing is on record after the CRL was made. Reads the CRL's octets, not
 * the facts that both were made from.
 */
export function checkReasons(name: string, crl: CRLRow, file: Uint8Array): GateOutcome {
  const refuse = (reason: string) => refuseEpoch('CRL-17', `the reasons of ${name}: ${reason}`);
  const tbs = splitSignedDER(crl.der)?.tbs;
  const fields = tbs && readTBSCertList(tbs);
  if (!fields) return refuse('the CRL cannot be read');
  const entries = new DERReader(fields.revokedCertificates ?? new Uint8Array(0));
  const head = new Map<string, string>();
  let listed = 0;
  for (const line of linesOf(file)) {
    if (listed === 0 && line.startsWith('#')) {
      readHeadLine(line, head);
      continue;
    }
    const entry = entries.enter(TAG.sequence);
    if (!entry || !saysTheSame(entry, line, crl.thisUpdate))
      return refuse(`the line "${line.slice(0, 60)}" is not what the CRL says`);
    listed += 1;
  }
  if (head.get('SHA-256 of the CRL') !== hexFromBytes(sha256(crl.der)))
    return refuse('they are of another CRL');
  const complete = listed === crl.entries ? entries.atEnd() : listed === REASONS_MOST;
  if (!complete || head.get('entries') !== `${listed} of ${crl.entries}`)
    return refuse(`${listed} of ${crl.entries} entries are listed`);
  return ok(true);
}

/** The first of a name counts. */
function readHeadLine(line: string, head: Map<string, string>): void {
  const [, name, value] = /^# ([^:]+): (.*)$/.exec(line) ?? [];
  if (name !== undefined && value !== undefined && !head.has(name)) head.set(name, value);
}

/** One line of `reasonsFile` against the entry at its place. */
function saysTheSame(entry: DERReader, line: string, thisUpdate: number): boolean {
  const [serial = '', reason = '', revocationDate = '', recordedAt = '', ...rest] = line.split(' ');
  const serialNumber = entry.integer();
  const date =
    entry.peekTag() === TAG.utcTime ? entry.whole(TAG.utcTime) : entry.whole(TAG.generalizedTime);
  if (!serialNumber || !date || rest.length > 0 || !isCRLReasonName(reason)) return false;
  const read = serialNumberFromText(serial);
  const since = unixSecondsFromISO(revocationDate);
  const recorded = unixSecondsFromISO(recordedAt);
  if (!read.ok || !since.ok || !recorded.ok) return false;
  return (
    bytesEqual(read.value, serialNumber) &&
    readTime(date) === since.value &&
    crlReasonOfEntry(entry) === CRL_REASONS[reason] &&
    recorded.value <= thisUpdate &&
    since.value <= recorded.value
  );
}

/** Without their line ends; a file that does not end with one has an empty line too many. */
function* linesOf(file: Uint8Array): Generator<string, undefined> {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(0x0a, at);
    yield end < 0 ? '' : text.toString('utf8', at, end);
    at = end < 0 ? text.length : end + 1;
  }
  return undefined;
}
