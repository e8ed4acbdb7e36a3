import { optional, refined, required, strictObject, text } from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { unixSecondsFromISO } from '../../shared/time.ts';
import { type LogPlace, placeFromText } from '../audit/log-pages.ts';
import type { ReadAuditInput, ReadAuditLinesInput } from '../operations/audit-views.ts';
import {
  DEFAULT_LIMIT,
  type Decoded,
  decodeQuery,
  limitFromText,
  MAX_LIMIT,
  malformed,
  name,
  type RawRequest,
  SERIAL_NUMBER_LENGTH,
} from './request-decoders.ts';
import { type Route, route } from './route.ts';

/** What auditors read; pages are bounded, however long the log is. */
export const AUDIT_ROUTES: readonly Route[] = [
  route('GET', '/v1/audit', 200, decodeReadAudit, (operations, input) =>
    operations.readAudit(input),
  ),
  route('GET', '/v1/audit/lines', 200, decodeReadAuditLines, (operations, input) =>
    operations.readAuditLines(input),
  ),
  route('GET', '/v1/audit/heads', 200, decodeAfter, (operations, input) =>
    operations.readAuditHeads(input),
  ),
  route('GET', '/v1/audit/certificates', 200, decodeAfter, (operations, input) =>
    operations.readAuditCertificates(input),
  ),
];

const time = refined(text(20), unixSecondsFromISO, 'must be a time such as 2026-11-23T04:40:09Z');
const place = refined(text(40), placeOf, 'must be `next` of the page before');

function placeOf(from: string): Result<LogPlace, 'refused'> {
  const found = placeFromText(from);
  return found ? ok(found) : err('refused');
}

function decodeReadAudit({ query }: RawRequest): Decoded<ReadAuditInput> {
  const fields = ['type', 'actor', 'serial', 'since', 'until', 'limit', 'after'] as const;
  const asked = decodeQuery(query, fields);
  if (!asked.ok) return asked;
  const limit = refined(text(4), limitFromText, `must be a whole number from 1 to ${MAX_LIMIT}`);
  return malformed(
    strictObject<ReadAuditInput>({
      type: optional(name),
      actor: optional(name),
      serial: optional(text(SERIAL_NUMBER_LENGTH)),
      since: optional(time),
      until: optional(time),
      limit: required(limit),
      after: optional(place),
    })({ limit: String(DEFAULT_LIMIT), ...asked.value }, '?'),
  );
}

const LINE_MAX = 999_999_999_999_999;

function lineNumber(digits: string): Result<number, 'refused'> {
  return /^\d{1,15}$/.test(digits) ? ok(Number(digits)) : err('refused');
}

const line = refined(text(15), lineNumber, 'must be the number of a line');

function decodeReadAuditLines({ query }: RawRequest): Decoded<ReadAuditLinesInput> {
  const asked = decodeQuery(query, ['from', 'to', 'after']);
  if (!asked.ok) return asked;
  return malformed(
    strictObject<ReadAuditLinesInput>({
      from: required(line),
      to: required(line),
      after: optional(place),
    })({ from: '1', to: String(LINE_MAX), ...asked.value }, '?'),
  );
}

/** The place after which a page begins; from the first one where none is named. */
function decodeAfter({ query }: RawRequest): Decoded<{ readonly after: number }> {
  const asked = decodeQuery(query, ['after']);
  if (!asked.ok) return asked;
  return malformed(
    strictObject<{ readonly after: number }>({ after: required(line) })(
      { after: '0', ...asked.value },
      '?',
    ),
  );
}
