import type { EndingCertificateView } from '../operations/operator-views.ts';
import type { ReminderView, StatusView } from '../operations/views.ts';
import { answered, exitOf, type Fact, factLines, publicationFact } from './answers.ts';
import { ask } from './ask.ts';
import { ceremonyDutyFact } from './ceremony-duty.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { deadlineText } from './revocation-text.ts';
import { publicationView, statusView } from './view-decoders.ts';

export const PUBLISH: Command = {
  name: 'publish',
  summary: 'Publish what is due now, or renew the head when nothing is',
  operands: [],
  options: [
    {
      name: 'everything',
      description: 'Write the whole snapshot again: the store lost some of it',
    },
    ...CONNECTION_OPTIONS,
  ],
  notes: ['The signer publishes by itself after every change; this is for when you cannot wait.'],
  examples: ['inkan publish', 'inkan publish --everything'],
  run: publish,
};

export const STATUS: Command = {
  name: 'status',
  summary: 'Show what is published, what is due, and how long the answers last',
  operands: [],
  options: CONNECTION_OPTIONS,
  notes: [
    'Revocation requests that are neither cancelled nor published, with the deadlines that come first.',
    'Reminders: time-stamp keys sign for 15 months and are removed within 18 (CSBR 6.3.2); `inkan certificate key-removed` ends them.',
    'Runway: how long the edge could go on answering if the signer stopped now, shortest first.',
    'Ceremony: what an offline key has to sign, and how long there is left (CSBR 4.9.7: 24 hours). With one overdue it says ALARM, and the exit code is 5.',
  ],
  examples: ['inkan status', "inkan status --json | jq '.runway[0].hours'"],
  run: status,
};

/** Who will be shut out, or whom nobody can reach, within 30 days. */
function endingFact({ person, notAfter, daysLeft }: EndingCertificateView): Fact {
  const whose = person === null ? "the signer's TLS certificate" : `the certificate of ${person}`;
  const left = daysLeft < 0 ? 'ENDED' : `${daysLeft} days left`;
  return ['certificate', `${left}, renew ${whose}: ${notAfter}`];
}

/** CSBR 6.3.2. */
function reminderFact({ kind, serialNumber, subject, due, overdue }: ReminderView): Fact {
  const act = kind === 'private-key-use-ends' ? 'sign no more with' : 'remove';
  const late = overdue ? 'OVERDUE, ' : '';
  return ['reminder', `${late}${act} the private key of ${serialNumber} (${subject}) by ${due}`];
}

async function publish(args: ParsedArguments, world: CLIWorld): Outcome {
  const body = args.has('everything') ? { everything: true } : {};
  const asked = { method: 'POST', path: '/v1/publications', body } as const;
  const published = await ask(args, world, asked, publicationView);
  if (!published.ok) return published;
  const { value } = published;
  return answered(value, factLines([publicationFact(value)]), exitOf(value));
}

/** CP 4.4.1, what waits for people. */
function applicationFacts(applications: StatusView['applications']): readonly Fact[] {
  const { open, toDeliver, complained, receiptsDue, receiptsElapsed, toSign } = applications;
  const { nextReceiptDue } = applications;
  const next = nextReceiptDue === null ? '' : `, the next until ${nextReceiptDue}`;
  return [
    ['applications', `${open} open, ${toDeliver} to deliver, ${complained} complained of`],
    ['receipts', `${receiptsDue} due${next}; ${receiptsElapsed} after 14 days without one`],
    ...toSign.map(({ application, authority, ceremony }): Fact => {
      const what = ceremony === null ? 'waits for a ceremony' : `is in ceremony ${ceremony}`;
      return ['to sign', `application ${application} of ${authority} ${what}`];
    }),
  ];
}

async function status(args: ParsedArguments, world: CLIWorld): Outcome {
  const shown = await ask(args, world, { method: 'GET', path: '/v1/status' }, statusView);
  if (!shown.ok) return shown;
  const { value } = shown;
  const lines = factLines([
    ['time', value.time],
    ['policy', value.policy],
    ['epoch', value.epoch],
    ['head signed', value.headTime ?? 'never'],
    ['head expires', value.headExpires ?? 'never'],
    ['due', value.outbox],
    ...(value.lastPublishError === null
      ? []
      : [['last publish error', value.lastPublishError] as const]),
    ['authorities', value.authorities],
    ['certificates', `${value.certificates.good} good, ${value.certificates.revoked} revoked`],
    ...applicationFacts(value.applications),
    ...value.easyKeys.map(
      ({ authority, serialNumber, cause, revokeBefore }): Fact => [
        'EASY KEY',
        `revoke ${serialNumber} of ${authority} before ${revokeBefore}: ${cause}`,
      ],
    ),
    ...value.debianWeakKeys.map(
      ({ key, entries }): Fact => [
        'weak keys',
        `${key}: ${entries === 0 ? 'no list imported (inkan weak-keys import)' : `${entries} on lists`}`,
      ],
    ),
    ...revocationFacts(value.revocations),
    ...value.ceremonies.map(ceremonyDutyFact),
    ...value.runway.map(
      ({ artifact, authority, hours, validUntil }): Fact => [
        `runway ${artifact}`,
        `${hours.toFixed(1)} h  ${authority} until ${validUntil}`,
      ],
    ),
    ...value.reminders.map(reminderFact),
    ...value.endingCertificates.map(endingFact),
  ]);
  const overdue = value.ceremonies.some(({ alarm }) => alarm);
  return answered(value, lines, overdue ? EXIT.due : EXIT.ok);
}

/** Open requests, and the deadlines that come first (OPS-1, OPS-2, RSP-10). */
function revocationFacts({ open, deadlines }: StatusView['revocations']): readonly Fact[] {
  return [
    ['open revocation requests', open],
    ...deadlines.map((deadline): Fact => [`request ${deadline.request}`, deadlineText(deadline)]),
  ];
}
