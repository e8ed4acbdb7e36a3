import { err, ok, type Result } from '../../shared/result.ts';
import { authorityById } from '../database/authority-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import {
  decodeName,
  encodeName,
  parseNameText,
  refuseSubject,
} from '../issuance/distinguished-name.ts';
import { nameKey } from '../issuance/name-key.ts';
import type { IssuanceOrder } from '../issuance/prepare-issuance.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { findIssued } from '../revocation/revoke-certificate.ts';
import type { SignerContext } from '../signer-context.ts';
import type {
  ChangeApplicationInput,
  CreateApplicationInput,
  RekeyApplicationInput,
} from './applicant-input.ts';
import { type ChosenContents, checkSameApplicant, chosenContents } from './predecessor.ts';

type Outcome<T> = Result<T, OperationError>;

export interface Ordered {
  readonly order: IssuanceOrder;
  /** null for a new subscriber's. */
  readonly predecessor: CertificateRow | null;
}

/**
 * What is to be issued. That the subject is an organisation is stated later, by the screening: here it
 * is taken to be one, so that nothing else waits until then to be refused.
 */
export function orderedBy(context: SignerContext, input: CreateApplicationInput): Outcome<Ordered> {
  if (input.kind === 'new') {
    const { authority, profile, request, subject, subjectAltNames, leaveOut } = input;
    const order: IssuanceOrder = {
      ...{ authority, profile, request, confirmations: ['organisation'] },
      ...(subject === undefined ? {} : { subject }),
      ...(subjectAltNames === undefined ? {} : { subjectAltNames }),
      ...(leaveOut === undefined ? {} : { leaveOut }),
    };
    return ok({ order, predecessor: null });
  }
  const found = findIssued(context.db, input.serialNumber, input.authority);
  if (!found.ok) return found;
  const predecessor = found.value;
  const chosen = chosenContents(predecessor, context.policy.profiles.get(predecessor.profile));
  const order =
    input.kind === 'rekey'
      ? rekeyOf(context, input, predecessor, chosen)
      : changeOf(input, predecessor, chosen);
  if (!order.ok) return order;
  const authority = authorityById(context.db, predecessor.authorityId)?.name ?? '';
  const { profile } = predecessor;
  return ok({ order: { ...order.value, authority, profile, request: input.request }, predecessor });
}

type Contents = Omit<IssuanceOrder, 'authority' | 'profile' | 'request'>;

/** CP 4.7: everything but the key is taken over. */
function rekeyOf(
  { db }: SignerContext,
  input: RekeyApplicationInput,
  predecessor: CertificateRow,
  chosen: ChosenContents,
): Outcome<Contents> {
  if (!input.confirmSameSubject) {
    return refuseSubject(
      'CON-14',
      'confirm that the subscriber who holds this subject asks for the new key (CP 3.1.5)',
    );
  }
  const same = checkSameApplicant(db, predecessor, input.organisation);
  if (!same.ok) return same;
  const subject = decodeName(predecessor.subject);
  if (!subject.ok) return subject;
  return ok({ ...chosen, subject: subject.value, confirmations: ['organisation', 're-key'] });
}

/** CP 4.8: what the applicant names anew; the rest stays. */
function changeOf(
  input: ChangeApplicationInput,
  predecessor: CertificateRow,
  chosen: ChosenContents,
): Outcome<Contents> {
  const subject = parseNameText(input.subject);
  if (!subject.ok) return subject;
  const subjectAltNames = input.subjectAltNames ?? chosen.subjectAltNames;
  const leaveOut = input.leaveOut ?? chosen.leaveOut;
  const isSubject = nameKey(encodeName(subject.value)) === nameKey(predecessor.subject);
  const isSame = (now: readonly string[], before: readonly string[]) =>
    [...now].sort().join() === [...before].sort().join();
  if (
    isSubject &&
    isSame(subjectAltNames, chosen.subjectAltNames) &&
    isSame(leaveOut, chosen.leaveOut)
  ) {
    return err({
      code: 'subject-refused',
      check: 'CP 4.8',
      reason: 'nothing in it changes; a new key for the same subject is `inkan application rekey`',
    });
  }
  const confirmations = isSubject
    ? (['organisation', 're-key'] as const)
    : (['organisation'] as const);
  return ok({ subject: subject.value, subjectAltNames, leaveOut, confirmations });
}
