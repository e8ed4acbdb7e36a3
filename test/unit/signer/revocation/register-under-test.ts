import { hexFromBytes } from '../../../../shared/bytes.ts';
import { must, type Result } from '../../../../shared/result.ts';
import type { OperationError } from '../../../../signer/operations/operation-error.ts';
import type { Actor } from '../../../../signer/operations/operations.ts';
import { requestView } from '../../../../signer/operations/revocation-request-view.ts';
import type {
  CreateRevocationRequestInput,
  RevocationRequestView,
  StepRevocationRequestInput,
} from '../../../../signer/operations/revocation-request-views.ts';
import { createRequest, findRequest, stepRequest } from '../../../../signer/revocation/register.ts';
import type { SignerUnderTest } from '../issuance/signer-under-test.ts';
import { insertCertificates } from '../publisher/publisher-under-test.ts';

export const ALICE: Actor = { name: 'alice', spkiSha256: 'aa' };
export const BOB: Actor = { name: 'bob', spkiSha256: 'bb' };

/** A request by post to replace a certificate, verified. */
export const REQUEST = {
  reason: 'superseded',
  ground: 'subscriber-request',
  requestedBy: 'T. Sato, Example KK',
  channel: 'post',
  verification: 'called back at the number on file',
  description: 'replaced by a new certificate',
} as const;

export type Differences = Partial<CreateRevocationRequestInput>;

export function goodCertificate(test: SignerUnderTest): string {
  return insertCertificates(test, 1)[0] ?? '';
}

/** Recorded by alice. */
export function create(
  test: SignerUnderTest,
  differences: Differences = {},
): Result<number, OperationError> {
  const named = 'allOf' in differences || 'serialNumber' in differences;
  const target = named ? {} : { serialNumber: goodCertificate(test) };
  return createRequest(test.context, { ...REQUEST, ...target, ...differences }, ALICE);
}

export function created(test: SignerUnderTest, differences: Differences = {}): number {
  return must(create(test, differences), 'the request');
}

export function step(
  test: SignerUnderTest,
  number: number,
  name: StepRevocationRequestInput['step'],
  actor: Actor = BOB,
  more: Partial<StepRevocationRequestInput> = {},
): ReturnType<typeof stepRequest> {
  return stepRequest(test.context, { number, step: name, ...more }, actor);
}

export async function approved(test: SignerUnderTest, differences: Differences = {}) {
  const number = created(test, differences);
  must(await step(test, number, 'approve'), 'the approval');
  return number;
}

export function view(test: SignerUnderTest, number: number): RevocationRequestView {
  return requestView(test.context, must(findRequest(test.context, number), 'the request'));
}

/** Every revocation on record: serial number, reason, date, and the request that it came from. */
export function revocations(test: SignerUnderTest) {
  return test.context.db
    .all(
      `SELECT c.serial, r.reason, r.revocation_date, r.recorded_by, k.request_id FROM revocation r
       JOIN certificate c ON c.id = r.certificate_id LEFT JOIN revocation_cause k ON k.certificate_id = c.id
       ORDER BY c.id`,
    )
    .map((row) => ({
      serialNumber: hexFromBytes(row['serial'] as Uint8Array),
      reason: row['reason'],
      revocationDate: row['revocation_date'],
      recordedBy: row['recorded_by'],
      request: row['request_id'],
    }));
}

export function revocationOf(test: SignerUnderTest, serialNumber: string) {
  return revocations(test).find((row) => row.serialNumber === serialNumber);
}

/** Stops as a crash would at this place. */
export function stopAt(test: SignerUnderTest, place: string): SignerUnderTest {
  const checkpoint = (reached: string) => {
    if (reached === place) throw new Error(`stopped at ${place}`);
  };
  return { ...test, context: { ...test.context, checkpoint } };
}
