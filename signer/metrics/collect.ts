import { X509Certificate } from 'node:crypto';
import process from 'node:process';
import type { UnixSeconds } from '../../shared/time.ts';
import { activeAuthorities } from '../database/authority-table.ts';
import { countIssued } from '../database/certificate-table.ts';
import { latestPublishedEpoch } from '../database/epoch-table.ts';
import { newestResponder } from '../database/responder-table.ts';
import { certificateNotAfter } from '../issuance/issuer.ts';
import type { StatusView } from '../operations/views.ts';
import type { SignerContext } from '../signer-context.ts';
import type { Counters } from './counters.ts';
import type { Metric, Sample } from './exposition.ts';

/** What a scrape looks at. */
export interface Measured {
  readonly context: SignerContext;
  readonly counters: Counters;
  readonly startedAt: UnixSeconds;
  /** When what waits to be published began to wait; null: nothing waits. */
  readonly dueSince: () => UnixSeconds | null;
  readonly status: () => StatusView;
  /** PEM of the TLS server's certificate. */
  readonly serverCertificate: string;
}

type Read = (measured: Measured, status: StatusView) => readonly Sample[];

type Row = readonly [type: Metric['type'], help: string, read: Read];

const one = (value: number): readonly Sample[] => [{ value }];
const epochSeconds = (text: string) => Date.parse(text) / 1000;

/**
 * Every metric of the signer. Times are seconds since 1970, so that a scrape that stopped is not
 * taken for one that stands still; docs/operations.md lists them, and a test that both agree.
 */
const ROWS: Readonly<Record<`inkan_${string}`, Row>> = {
  inkan_start_time_seconds: [
    'gauge',
    'When the signer started.',
    ({ startedAt }) => one(startedAt),
  ],
  inkan_clock_time_seconds: [
    'gauge',
    'What the signer takes for the time (OPS-7).',
    ({ context }) => one(context.clock()),
  ],
  inkan_valid_until_seconds: [
    'gauge',
    'Until when an artifact is valid if nobody signs any more, by kind and authority.',
    (_, { runway }) =>
      runway.map(({ artifact, authority, validUntil }) => ({
        labels: { artifact, authority },
        value: epochSeconds(validUntil),
      })),
  ],
  inkan_certificate_not_after_seconds: [
    'gauge',
    'When a certificate ends that the service itself needs.',
    certificateEnds,
  ],
  inkan_epoch: [
    'gauge',
    'The newest epoch that the store acknowledged.',
    (_, { epoch }) => one(epoch),
  ],
  inkan_head_time_seconds: [
    'gauge',
    'When the newest published head was signed.',
    ({ context }) => headTimes(context, 'time'),
  ],
  inkan_head_expires_seconds: [
    'gauge',
    'When the newest published head expires.',
    ({ context }) => headTimes(context, 'expires'),
  ],
  inkan_outbox_depth: [
    'gauge',
    'Changes that are in no epoch yet, and epochs that the store does not have yet.',
    (_, { outbox }) => one(outbox),
  ],
  inkan_outbox_since_seconds: [
    'gauge',
    'Since when something waits to be published; absent while nothing does.',
    ({ dueSince }) => {
      const since = dueSince();
      return since === null ? [] : one(since);
    },
  ],
  inkan_publish_failing: [
    'gauge',
    '1 while the last attempt to publish has failed.',
    (_, { lastPublishError }) => one(lastPublishError === null ? 0 : 1),
  ],
  inkan_store_writes_total: [
    'counter',
    'Calls that wrote to the store, by outcome.',
    ({ counters }) => counters.storeWrites.samples(),
  ],
  inkan_signatures_total: [
    'counter',
    'Signatures that a key was asked for, by outcome.',
    ({ counters }) => counters.signatures.samples(),
  ],
  inkan_troubles_total: [
    'counter',
    'Lines of the log at warn or error, by type.',
    ({ counters }) => counters.troubles.samples(),
  ],
  inkan_certificates: [
    'gauge',
    'Certificates on record, by status.',
    ({ context }) =>
      Object.entries(countIssued(context.db)).map(([status, value]) => ({
        labels: { status },
        value,
      })),
  ],
  inkan_revocation_requests_open: [
    'gauge',
    'Requests in the register of revocations that are neither cancelled nor published.',
    (_, { revocations }) => one(revocations.open),
  ],
  inkan_deadline_seconds: [
    'gauge',
    'The soonest open deadline of each duty of the register of revocations (CSBR 4.9.1, 4.9.5).',
    (_, { revocations }) =>
      soonest(
        'duty',
        revocations.deadlines.map(({ duty, due }) => [duty, due]),
      ),
  ],
  inkan_ceremony_due_seconds: [
    'gauge',
    'When an offline key must have signed, by authority.',
    (_, { ceremonies }) =>
      soonest(
        'authority',
        ceremonies.map(({ authority, due }) => [authority, due]),
      ),
  ],
  inkan_reminder_due_seconds: [
    'gauge',
    'The soonest reminder of each kind, such as a private key that is to be removed (CSBR 6.3.2).',
    (_, { reminders }) =>
      soonest(
        'kind',
        reminders.map(({ kind, due }) => [kind, due]),
      ),
  ],
  inkan_applications: [
    'gauge',
    'Applications that wait for somebody, by what is to be done (CP 4.2, 4.4.1).',
    (_, { applications }) => waiting(applications),
  ],
  inkan_audit_events: [
    'gauge',
    'Events in the audit log.',
    ({ context }) => one(context.audit.checkpoint().size),
  ],
  inkan_memory_octets: [
    'gauge',
    'Resident memory of the signer.',
    () => one(process.memoryUsage.rss()),
  ],
};

/** One look at everything; reads the database, changes nothing. */
export function collectMetrics(measured: Measured): readonly Metric[] {
  const status = measured.status();
  return Object.entries(ROWS).map(([name, [type, help, read]]) => ({
    name,
    type,
    help,
    samples: read(measured, status),
  }));
}

function headTimes({ db }: SignerContext, which: 'time' | 'expires'): readonly Sample[] {
  const epoch = latestPublishedEpoch(db);
  return epoch ? one(epoch[which]) : [];
}

function certificateEnds({ context, serverCertificate }: Measured): readonly Sample[] {
  const { validToDate } = new X509Certificate(serverCertificate);
  const ends: Sample[] = [
    { labels: { kind: 'tls', name: 'server' }, value: validToDate.getTime() / 1000 },
  ];
  for (const { id, name, certificate } of activeAuthorities(context.db)) {
    const responder = newestResponder(context.db, id);
    if (certificate) {
      ends.push({ labels: { kind: 'authority', name }, value: certificateNotAfter(certificate) });
    }
    if (responder) ends.push({ labels: { kind: 'responder', name }, value: responder.notAfter });
  }
  return ends;
}

/** Of each name the earliest time. */
function soonest(
  label: string,
  times: readonly (readonly [name: string, due: string])[],
): readonly Sample[] {
  const first = new Map<string, number>();
  for (const [name, due] of times) {
    const at = epochSeconds(due);
    first.set(name, Math.min(at, first.get(name) ?? at));
  }
  return Array.from(first, ([name, value]) => ({ labels: { [label]: name }, value }));
}

function waiting(applications: StatusView['applications']): readonly Sample[] {
  const { open, toDeliver, complained, receiptsDue, receiptsElapsed, toSign } = applications;
  const counts = {
    open,
    toDeliver,
    complained,
    receiptsDue,
    receiptsElapsed,
    toSign: toSign.length,
  };
  return Object.entries(counts).map(([what, value]) => ({ labels: { what }, value }));
}
