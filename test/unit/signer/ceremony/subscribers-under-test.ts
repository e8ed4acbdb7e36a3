import { hexFromBytes } from '../../../../shared/bytes.ts';
import { must, type Result } from '../../../../shared/result.ts';
import { applicationNamed } from '../../../../signer/applications/act.ts';
import type { CreateApplicationInput } from '../../../../signer/applications/applicant-input.ts';
import { createApplication } from '../../../../signer/applications/create-application.ts';
import { approveApplication, screenApplication } from '../../../../signer/applications/decide.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import type { SubscriberOrder } from '../../../../signer/ceremony/subscriber-item.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import type { OperationError } from '../../../../signer/operations/operation-error.ts';
import { suppliedECC } from '../../../support/shipped-policies.ts';
import {
  DIRECTOR,
  DOCUMENTS,
  OFFICER,
  screeningOf,
} from '../applications/applications-under-test.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { type CeremonyUnderTest, firstCeremony, startWithPolicy } from './ceremony-under-test.ts';

/** Subscribers of ECC RootCA1, by its shipped policy: offline, under applications, P-384. */

export const ECC_ROOT = 'ecc-root-ca1';
export const TSA = 'ecc-root-ca1-tsa';

/** ECC RootCA1 with its first ceremony behind it; the policy may be changed. */
export function startECC(policy: string = suppliedECC()): Promise<CeremonyUnderTest> {
  return startWithPolicy(policy, ECC_ROOT).then(firstCeremony);
}

let made = 0;

/** DER of a request by openssl with a new P-256 key. */
export function newRequest({ scratch }: CeremonyUnderTest): Uint8Array {
  made += 1;
  const key = ['-nodes', '-keyout', scratch.file(`applicant-${made}.key`)];
  return requestByOpenSSL(scratch, `applicant-${made}`, [...NEW_KEY['P-256'], ...key]);
}

export const APPLICANT = {
  organisation: '株式会社 Example',
  agent: 'A. Agent',
  documents: DOCUMENTS,
};

/** An application that waits for nothing but its screening. */
export function newInput(
  test: CeremonyUnderTest,
  more: Partial<Extract<CreateApplicationInput, { kind: 'new' }>> = {},
): CreateApplicationInput {
  const request = more.request ?? newRequest(test);
  const subject = `C=JP, O=Example, CN=TSA ${made}`;
  return {
    kind: 'new',
    authority: ECC_ROOT,
    profile: TSA,
    subject,
    ...APPLICANT,
    ...more,
    request,
  };
}

export async function received(
  { context }: CeremonyUnderTest,
  input: CreateApplicationInput,
): Promise<number> {
  return must(await createApplication(context, input, OFFICER), 'new');
}

/** Number of an application that was received, screened and approved. */
export async function approved(
  test: CeremonyUnderTest,
  input: CreateApplicationInput = newInput(test),
): Promise<number> {
  const number = await received(test, input);
  const screening = screeningOf(hexFromBytes(sha256(input.request)));
  must(screenApplication(test.context, number, screening, OFFICER), 'screen');
  must(approveApplication(test.context, number, undefined, DIRECTOR), 'approve');
  return number;
}

export function stateOf({ context }: CeremonyUnderTest, number: number): string {
  return must(applicationNamed(context, number), 'application').last.state;
}

/** Serial number of the certificate that was issued under an application, as it is stored. */
export function serialOfApplication({ context }: CeremonyUnderTest, number: number): string {
  const row = context.db.get(
    `SELECT lower(hex(c.serial)) AS serial FROM application_event e JOIN certificate c ON c.id = e.certificate_id
     WHERE e.application_id = ?`,
    number,
  );
  return String(row?.['serial']);
}

/** The one subscriber of a request. */
export function subscriberOf({ items }: CeremonyRequest): SubscriberOrder {
  for (const item of items)
    if (item.kind === 'certificate' && item.subscriber) return item.subscriber;
  throw new Error('no subscriber');
}

/** The request with something else about its subscriber's item. */
export function withSubscriber(
  request: CeremonyRequest,
  change: (item: Extract<CeremonyRequest['items'][number], { kind: 'certificate' }>) => object,
): CeremonyRequest {
  const items = request.items.map((item) =>
    item.kind === 'certificate' && item.subscriber ? { ...item, ...change(item) } : item,
  );
  return { ...request, items };
}

/** Code, and rule where there is one. */
export function refusal(result: Result<unknown, OperationError>): string {
  if (result.ok) return 'accepted';
  return 'check' in result.error ? `${result.error.code} ${result.error.check}` : result.error.code;
}
