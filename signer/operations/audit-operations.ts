import { createHash } from 'node:crypto';
import { base64FromBytes, bytesFromHex } from '../../shared/bytes.ts';
import { must, ok } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { encodePublicationKey } from '../../shared/snapshot/head.ts';
import { type UnixSeconds, unixSecondsFromISO } from '../../shared/time.ts';
import type { LogEvent } from '../audit/chain.ts';
import { segmentFiles } from '../audit/line-at.ts';
import { placeBefore, placeText, readBackward, readForward } from '../audit/log-pages.ts';
import { issuedCertificates } from '../database/audit-certificate-query.ts';
import { signedAuditWitnesses } from '../database/audit-witness-table.ts';
import type { Reader } from '../database/database.ts';
import { latestEpoch } from '../database/epoch-table.ts';
import { readSetting } from '../database/setting-table.ts';
import { publicationKey } from '../publisher/publication-key.ts';
import type { SignerContext } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import type { AuditOperations, ReadAuditInput } from './audit-views.ts';

/** A root has at most some hundred kilobytes. */
const HEADS_A_PAGE = 8;
const CERTIFICATES_A_PAGE = 500;

/** The clock may have gone back by this much, and an older event still stand behind a newer one. */
const CLOCK_SLACK = 86_400;

export function auditOperations({ audit, db }: SignerContext): AuditOperations {
  const sizes = () => ({
    size: audit.checkpoint().size,
    firstHere: (segmentFiles(audit.path)[0]?.before ?? 0) + 1,
  });
  return {
    readAudit: async (input) => {
      const { size, firstHere } = sizes();
      const { events, next } = readBackward(audit.path, input.after, {
        ...{ size, limit: input.limit },
        wanted: (event) => isWanted(event, input),
        isPast: (event) => input.since !== undefined && timeOf(event) + CLOCK_SLACK < input.since,
      });
      return ok({ events, next: next && placeText(next), size, firstHere });
    },
    readAuditLines: async ({ from, after, to }) => {
      const place = after ?? placeBefore(audit.path, from);
      if (!place) return ok({ first: from, lines: [], next: null });
      const page = readForward(audit.path, place, Math.min(to, audit.checkpoint().size));
      return ok({ ...page, next: page.next && placeText(page.next) });
    },
    readAuditHeads: async ({ after }) => {
      const rows = signedAuditWitnesses(db, after, HEADS_A_PAGE);
      const heads = rows.map(({ epoch, head, root }) => ({
        ...{ epoch, head: Buffer.from(head).toString('utf8'), root: base64FromBytes(root) },
      }));
      const next = rows.length < HEADS_A_PAGE ? null : (rows.at(-1)?.epoch ?? null);
      return ok({ publicationKey: publicationKeyOf(db), ...sizes(), heads, next });
    },
    readAuditCertificates: async ({ after }) => {
      const rows = issuedCertificates(db, after, CERTIFICATES_A_PAGE);
      const certificates = rows.map(({ authority, serialNumber, der }) => ({
        ...{ authority, serialNumber: serialNumberText(serialNumber) },
        sha256: createHash('sha256').update(der).digest('hex'),
        tbsSha256: tbsSha256Of(der),
      }));
      const next = rows.length < CERTIFICATES_A_PAGE ? null : (rows.at(-1)?.id ?? null);
      return ok({ certificates, next });
    },
  };
}

function isWanted(event: LogEvent, { type, actor, serial, since, until }: ReadAuditInput): boolean {
  if (type !== undefined && event['type'] !== type) return false;
  if (actor !== undefined && event['actor'] !== actor) return false;
  const { serialNumber, serialNumbers } = event;
  const serials = [serialNumber, ...(Array.isArray(serialNumbers) ? serialNumbers : [])];
  if (serial !== undefined && !serials.includes(serial)) return false;
  const time = timeOf(event);
  return (since === undefined || time >= since) && (until === undefined || time <= until);
}

function timeOf(event: LogEvent): UnixSeconds | 0 {
  const time = unixSecondsFromISO(`${event['time']}`);
  return time.ok ? time.value : 0;
}

/** C2SP vkey, its name as the heads say it. */
export function publicationKeyOf(db: Reader): string | null {
  const spki = bytesFromHex(readSetting(db, 'publication-key') ?? '');
  const note = latestEpoch(db)?.note;
  if (!note || !spki.ok || spki.value.length === 0) return null;
  const [origin = ''] = Buffer.from(note).toString('utf8').split('\n');
  return encodePublicationKey(publicationKey(origin, must(spki, 'key on record')));
}
