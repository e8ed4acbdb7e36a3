import { hexFromBytes } from '../../shared/bytes.ts';
import {
  CRL_REASON_MEANINGS,
  CRL_REASON_NAMES,
  crlReasonName,
} from '../../shared/policy/crl-reasons.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import type { CRLRow } from '../database/crl-table.ts';
import type { RevokedCertificate } from '../database/revocation-table.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import { sha256 } from '../issuance/public-key.ts';

/** A line has at most 104 octets, so that a file of so many stays under the 1 GiB of a snapshot's file. */
export const REASONS_MOST = 10_000_000;

/** Lines that are put into octets together. */
const LINES_A_PIECE = 8_192;

/** Everything that stands before the entries; each line begins with `#`. */
function header(issuer: Uint8Array, crl: CRLRow, listed: number): string {
  const lines = [
    'Revocation reasons, published with the CRL (CP 4.9.8) / 失効理由',
    `issuer: ${nameTextFromDER(issuer).replace(/\p{Cc}/gu, '?')}`,
    `CRL number: ${crl.crlNumber}`,
    `SHA-256 of the CRL: ${hexFromBytes(sha256(crl.der))}`,
    `thisUpdate: ${isoText(crl.thisUpdate)}`,
    `nextUpdate: ${isoText(crl.nextUpdate)}`,
    `entries: ${listed} of ${crl.entries}`,
    '',
    ...CRL_REASON_NAMES.flatMap((name) => [
      `${name}: ${CRL_REASON_MEANINGS[name].en}`,
      `  ${CRL_REASON_MEANINGS[name].ja}`,
    ]),
    '',
    'serialNumber reason revocationDate recordedAt',
  ];
  return lines.map((line) => `# ${line}`.trimEnd()).join('\n');
}

/** One entry: what the CRL says, and since when it is on record. */
function entryLine({
  serialNumber,
  reason,
  revocationDate,
  recordedAt,
}: RevokedCertificate): string {
  return [
    serialNumberText(serialNumber),
    crlReasonName(reason),
    isoText(revocationDate),
    isoText(recordedAt),
  ].join(' ');
}

/**
 * CP 4.9.8, CRL-17: the reasons of this CRL's entries in words, in the order of the CRL, for people
 * (UTF-8 text) and for programs (four fields a line). Past `most` entries the rest is left to the CRL,
 * and the header says so.
 */
export function reasonsFile(
  issuer: Uint8Array,
  crl: CRLRow,
  revoked: Iterable<RevokedCertificate>,
  most: number = REASONS_MOST,
): Uint8Array {
  const listed = Math.min(crl.entries, most);
  const pieces: Uint8Array[] = [];
  let lines = [header(issuer, crl, listed)];
  const flush = () => {
    if (lines.length > 0) pieces.push(Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
  };
  let entries = 0;
  for (const certificate of revoked) {
    if (entries === most) break;
    lines.push(entryLine(certificate));
    entries += 1;
    if (lines.length === LINES_A_PIECE) flush();
  }
  flush();
  return new Uint8Array(Buffer.concat(pieces));
}
