import { CHECK_NAMES, CHECKS } from '../applications/screening.ts';
import type { ApplicationView } from '../operations/application-views.ts';
import { certificateFacts, type Fact } from './answers.ts';

/** `trade-name` on the command line is `tradeName` in JSON. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What people see of an application: as it stands, then what happened to it. */
export function applicationFacts(view: ApplicationView): readonly Fact[] {
  const { predecessor, successors, certificate } = view;
  return [
    ['application', view.application],
    ['state', view.state],
    ['allows', allowedText(view)],
    ['kind', view.kind],
    ...(predecessor
      ? [['replaces', `${predecessor.serialNumber} of ${predecessor.authority}`] as const]
      : []),
    ...(successors.length > 0 ? [['replaced by', successors.join(', ')] as const] : []),
    ['organisation', view.organisation],
    ['agent', view.agent],
    ['authority', view.authority],
    ['profile', view.profile],
    ['subject', view.subject],
    ...(view.subjectAltNames.length > 0
      ? [['subjectAltName', view.subjectAltNames.join(', ')] as const]
      : []),
    ...(view.leaveOut.length > 0 ? [['without', view.leaveOut.join(', ')] as const] : []),
    ['request sha-256', view.requestSha256],
    ['key sha-256', view.spkiSha256],
    ...view.documents.map(({ kind, sha256 }): Fact => ['document', `${sha256}  ${kind}`]),
    ...screeningFacts(view),
    ...receiptFacts(view),
    ...(certificate ? certificateFacts(certificate).filter(isNew) : []),
    ...view.events.map(({ state, at, by }): Fact => [state, `${at} by ${by}`]),
  ];
}

function allowedText({ allowed, ceremony }: ApplicationView): string {
  if (ceremony !== null) return `nothing while ceremony ${ceremony} is open`;
  return allowed.join(', ') || 'nothing more';
}

/** An application says these of itself already. */
function isNew([name]: Fact): boolean {
  return !['authority', 'profile', 'subject'].includes(name);
}

function screeningFacts({ screening }: ApplicationView): readonly Fact[] {
  if (!screening) return [];
  const { fingerprint, checks, organisationOnly } = screening;
  const told = `confirmed by ${fingerprint.confirmedBy}, ${fingerprint.how}`;
  const items = CHECK_NAMES.map((name): Fact => {
    const check = checks[name];
    const how = check.result === 'passed' ? `passed, ${check.method}` : check.result;
    return [kebab(name), `${how}: ${check.evidence} (${CHECKS[name].clause})`];
  });
  const organisation = organisationOnly ? 'stated' : 'not stated';
  return [
    ['fingerprint', `${told} (CP 3.2.1)`],
    ...items,
    ['organisation only', `${organisation} (CP 3.1.3, 3.2.3)`],
  ];
}

function receiptFacts({ receipt }: ApplicationView): readonly Fact[] {
  if (!receipt) return [];
  const words = {
    due: `due; complaints until ${receipt.due}`,
    elapsed: `none; accepted, as nobody complained until ${receipt.due}`,
    received: 'received',
    complained: 'complained of',
  } as const;
  return [['receipt', `${words[receipt.state]} (CP 4.4.1)`]];
}
