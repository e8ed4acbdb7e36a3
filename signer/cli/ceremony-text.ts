import { bytesFromHex } from '../../shared/bytes.ts';
import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { serialNumberFromContents, serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import type { CeremonyItem, CeremonyRequest, Summary } from '../ceremony/bundle.ts';
import { requestHash } from '../ceremony/bundle.ts';
import { addedEntries, type CRLEntry } from '../ceremony/crl-contents.ts';
import type { CheckedBundle } from '../ceremony/host/check-bundle.ts';
import type { CeremonyView } from '../operations/ceremony-views.ts';
import { type Fact, factLines } from './answers.ts';
import { shownName, shownText } from './shown-text.ts';

/** What is asked of an offline key, as people read and compare it; the same on every host, and only text that moves no cursor. */
export function requestLines(request: CeremonyRequest): readonly string[] {
  const head: readonly Fact[] = [
    ['ceremony', request.id],
    ['authority', request.authority.name],
    ['reason', shownText(request.reason)],
    ['requested by', `${shownName(request.requestedBy)}, key ${request.requestedByKey}`],
    ['made', request.createdAt],
    ['ends', request.expiresAt],
    ['request sha-256', requestHash(request)],
  ];
  return [
    ...factLines(head),
    ...request.items.flatMap((item, index) => {
      const title = `item ${index + 1} of ${request.items.length}: ${itemTitle(item)}`;
      return ['', title, ...factLines([...item.summary.map(shownFact), ...lintFacts(item)])];
    }),
  ];
}

/** What lint said where the bundle was made: each rule by name, and with its clause what is not quite met. */
function lintFacts({ lint }: CeremonyItem): readonly Fact[] {
  const passed = lint.filter(({ result }) => result === 'passed').map(({ rule }) => rule);
  const found = lint.filter(({ result }) => result !== 'passed');
  return [
    ['lint passed', `${passed.length} rules: ${shownText(passed.join(', '))}`],
    ...found.map(({ rule, source, result, reason }): Fact => {
      return [`lint ${result}`, shownText(`${rule} (${source}): ${reason ?? ''}`)];
    }),
  ];
}

function shownFact([name, value]: Summary[number]): Fact {
  return [shownText(name), shownText(value)];
}

/** A certificate always with its role: what it may do hangs on it. */
function itemTitle(item: CeremonyItem): string {
  if (item.kind === 'crl') return 'CRL';
  const subject = item.subjectAuthority === null ? '' : ` for ${item.subjectAuthority}`;
  const application =
    item.subscriber === null ? '' : ` of application ${item.subscriber.application}`;
  return `certificate ${item.profile} as ${item.role}${subject}${application}`;
}

/** What only the offline host can say: that its own checks passed, and what is new since it last signed. */
export function checkedLines(checked: CheckedBundle): readonly string[] {
  const { bundle, approvedBy, previousCRL, crl, certifiedBefore } = checked;
  const added = addedEntries(previousCRL, crl);
  const since = previousCRL ? `since CRL ${previousCRL.crlNumber}` : 'in this CRL';
  return [
    ...requestLines(bundle.request),
    '',
    ...factLines([
      ['approved by', approvedBy.join(', ')],
      [
        'checked here',
        'bytes, lint, policy, approvals, dates, proof of possession; no entry was forgotten',
      ],
      [`revoked ${since}`, added.length === 0 ? 'nothing' : String(added.length)],
    ]),
    ...added.map(addedLine),
    ...certifiedBefore.map(
      ([key, ceremony]) =>
        `WARNING: key ${key} was certified here in the ceremony ${ceremony}, or was to be when it was stopped; sign only if its answer was lost`,
    ),
  ];
}

/** Each with its date and reason, however many: those beyond the summary's are shown nowhere else. */
function addedLine([serial, { revocationDate, reason }]: readonly [string, CRLEntry]): string {
  return `  ${shownSerial(serial)}  ${crlReasonName(reason)} as of ${isoText(revocationDate)}`;
}

function shownSerial(contents: string): string {
  const bytes = bytesFromHex(contents);
  const serial = bytes.ok ? serialNumberFromContents(bytes.value) : bytes;
  return serial.ok ? serialNumberText(serial.value) : contents;
}

export function ceremonyFacts(ceremony: CeremonyView): readonly Fact[] {
  const { supersededBy, signedAt, endedAt } = ceremony;
  return [
    ['ceremony', ceremony.id],
    ['authority', ceremony.authority],
    ['state', ceremony.state],
    ['reason', shownText(ceremony.reason)],
    ['requested by', shownName(ceremony.requestedBy)],
    ['made', ceremony.createdAt],
    ['ends', ceremony.expiresAt],
    ...(signedAt === null ? [] : [['signed', signedAt] as const]),
    ...(endedAt === null ? [] : [['ended', endedAt] as const]),
    ...(supersededBy === null ? [] : [['superseded by', supersededBy] as const]),
    ...ceremony.items.map((item) => ['signs', item] as const),
    ['request sha-256', ceremony.requestSha256],
  ];
}
