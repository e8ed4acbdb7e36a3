import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import type { NewApplicationInput } from '../../../../signer/applications/applicant-input.ts';
import type { Screening, ShownDocument } from '../../../../signer/applications/screening.ts';
import type { ApplicationView } from '../../../../signer/operations/application-views.ts';
import type { Actor, Operations } from '../../../../signer/operations/operations.ts';
import { signerOperations } from '../../../../signer/operations/signer-operations.ts';
import { NO_OPERATORS } from '../../../support/no-operators.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { asShipped, fastPolicy } from '../issuance/signer-under-test.ts';
import { type PublisherUnderTest, startPublisher } from '../publisher/publisher-under-test.ts';

export const SUB_CA = 'time-stamping-ca';
export const OFFICER: Actor = { name: 'officer', spkiSha256: 'aa'.repeat(32) };
export const DIRECTOR: Actor = { name: 'director', spkiSha256: 'bb'.repeat(32) };

/** The operations over a real database, keystore and publisher; the policy is root-ca3.json's. */
export interface ApplicationsUnderTest extends PublisherUnderTest {
  readonly operations: Operations;
  /** Reads the audit log. */
  audit(): readonly Readonly<Record<string, unknown>>[];
}

const applying = fastPolicy(asShipped('applications', 'certificates', 'subscribers'));

export async function startApplications(): Promise<ApplicationsUnderTest> {
  const test = await startPublisher(1_800, applying);
  must(await test.publisher.publish('changes'), 'first epoch');
  const deps = { publishWait: 20_000, sleep: () => new Promise<void>(() => undefined) };
  const operations = signerOperations(test.context, test.publisher, { ...deps, ...NO_OPERATORS });
  const lines = () => readFileSync(test.scratch.file('audit.log'), 'utf8').trim().split('\n');
  return { ...test, operations, audit: () => lines().map((line) => JSON.parse(line)) };
}

export const DOCUMENTS: readonly ShownDocument[] = (
  ['application-form', 'existence-proof', 'subscriber-agreement'] as const
).map((kind) => ({ kind, sha256: createHash('sha256').update(kind).digest('hex') }));

let made = 0;

/** A request by openssl with a new key, for a subject that nobody has. */
export function newRequest({ scratch }: ApplicationsUnderTest): Uint8Array {
  made += 1;
  const key = ['-nodes', '-keyout', scratch.file(`applicant-${made}.key`)];
  return requestByOpenSSL(scratch, `applicant-${made}`, [...NEW_KEY['P-256'], ...key]);
}

export function newInput(
  test: ApplicationsUnderTest,
  differences: Partial<NewApplicationInput> = {},
): NewApplicationInput {
  const request = newRequest(test);
  return {
    ...{ kind: 'new', authority: SUB_CA, profile: 'tsa', request, documents: DOCUMENTS },
    ...{ organisation: 'Example K.K.', agent: 'A. Agent' },
    subject: `C=JP, O=Example, CN=TSA ${made}`,
    ...differences,
  };
}

export function fingerprintOf(request: Uint8Array): string {
  return hexFromBytes(new Uint8Array(createHash('sha256').update(request).digest()));
}

/** Everything verified. */
export function screeningOf(sha256: string, differences: Partial<Screening> = {}): Screening {
  return {
    fingerprint: { sha256, confirmedBy: 'A. Agent', how: 'telephone' },
    checks: {
      identity: { result: 'passed', method: 'government-agency', evidence: 'registry 114' },
      tradeName: { result: 'not-applicable', evidence: 'none in the subject' },
      country: { result: 'passed', method: 'government-agency', evidence: 'registry 114' },
      authorisation: { result: 'passed', method: 'document', evidence: 'letter 7' },
    },
    organisationOnly: true,
    documents: [],
    ...differences,
  };
}

/** Brings a new application to this state, each step through the operations. */
export async function applicationIn(
  test: ApplicationsUnderTest,
  state: 'received' | 'screened' | 'approved' | 'issued' | 'delivered',
  input: NewApplicationInput = newInput(test),
): Promise<ApplicationView> {
  const { operations } = test;
  let view = must(await operations.createApplication(input, OFFICER), 'new');
  const { application } = view;
  const steps = [
    [
      'screened',
      () =>
        operations.screenApplication({ application, ...screeningOf(view.requestSha256) }, OFFICER),
    ],
    ['approved', () => operations.approveApplication({ application }, DIRECTOR)],
    ['issued', () => operations.issueApplication({ application }, DIRECTOR)],
    [
      'delivered',
      () =>
        operations.deliverApplication(
          { application, method: 'sent', reference: 'parcel 1' },
          OFFICER,
        ),
    ],
  ] as const;
  for (const [to, step] of steps) {
    if (view.state === state) break;
    view = must(await step(), to);
  }
  return view;
}
