import { CRL_REASON_MEANINGS, type CRLReasonName } from '../../shared/policy/crl-reasons.ts';
import type { RevocationRequestView } from '../operations/revocation-request-views.ts';
import type { DeadlineView } from '../operations/views.ts';
import type { Fact } from './answers.ts';
import { publicationFact } from './answers.ts';

const DUTIES: Readonly<Record<DeadlineView['duty'], string>> = {
  investigate: 'begin the investigation',
  'revoke-should': 'should be revoked',
  revoke: 'must be revoked',
  publish: 'must be at the edge',
};

/** `must be revoked by 2026-11-24T04:40:09Z, 23.5 h left (CSBR 4.9.1.1, OPS-1)`. */
export function deadlineText({ duty, due, met, hoursLeft, source }: DeadlineView): string {
  const left = hoursLeft < 0 ? `OVERDUE by ${-hoursLeft} h` : `${hoursLeft} h left`;
  const stands = met === null ? left : `done ${met}${met > due ? ', TOO LATE' : ''}`;
  return `${DUTIES[duty]} by ${due}, ${stands} (${source})`;
}

export function reasonText(reason: CRLReasonName): string {
  return CRL_REASON_MEANINGS[reason].en;
}

/** What it does to others than the one certificate, as long as it is not done; nothing for a subscriber's. */
export function consequenceText(request: RevocationRequestView): string | null {
  const { kind, target, below } = request;
  if (kind === 'responder')
    return 'A new responder takes over and every response is signed again. Clients do not ask whether a responder is revoked (id-pkix-ocsp-nocheck): what the old key can still sign ends only with its certificate.';
  if (kind === 'subscriber') return null;
  const all = `The ${below ?? 0} valid certificates below it are revoked too, as of now, for cessationOfOperation, and it issues nothing more.`;
  const alone = `The ${below ?? 0} valid certificates below it lose their chain but are not revoked themselves, and it issues nothing more; a request with --all-of revokes them too.`;
  const does = target === 'authority' ? all : alone;
  if (kind === 'sub-ca') return does;
  return `${does} Software that trusts this root does not look for its revocation (RFC 5280 6.1): tell subscribers and relying parties (CP 9.11) and have it taken out of the trust stores.`;
}

function maybe(name: string, value: string | null): readonly Fact[] {
  return value === null ? [] : [[name, value]];
}

export function requestFacts(request: RevocationRequestView): readonly Fact[] {
  const { notice, target, authority, publication } = request;
  const noticeText =
    notice &&
    `${notice.kept ? 'kept' : 'TOO SHORT'}: ${notice.businessDays} business days before is ${notice.lastDay} (CP 4.9.4)`;
  return [
    ['request', request.number],
    [
      'state',
      request.origin === 'request' ? request.state : `${request.state} (${request.origin})`,
    ],
    [target === 'authority' ? 'all of' : 'authority', authority],
    ['serial number', request.serialNumber],
    ['subject', request.subject],
    ['reason', `${request.reason}: ${reasonText(request.reason)}`],
    ...maybe('consequence', isOpen(request) ? consequenceText(request) : null),
    ...maybe('revoked as of', request.revocationDate),
    ...maybe('ground', request.ground),
    ['requested by', `${request.requestedBy} (${request.channel})`],
    ['verified', request.verification ?? 'NOT YET (CP 3.4)'],
    ['description', request.description],
    ...maybe('evidence', request.evidence),
    ['received at', request.receivedAt],
    ...maybe('wanted at', request.wantedAt),
    ...maybe('notice', noticeText),
    ['recorded', `${request.recordedAt} by ${request.recordedBy}`],
    ...request.events.map(
      ({ step, at, person, note }): Fact => [
        step,
        [`${at} by ${person ?? 'the signer'}`, note].filter(Boolean).join(': '),
      ],
    ),
    ...request.deadlines.map((deadline): Fact => ['deadline', deadlineText(deadline)]),
    ['certificates revoked', request.revoked],
    ...(publication === null ? [] : [publicationFact(publication)]),
    ['allowed now', request.allowed.join(', ')],
  ];
}

function isOpen({ state }: RevocationRequestView): boolean {
  return state !== 'executed' && state !== 'cancelled';
}
