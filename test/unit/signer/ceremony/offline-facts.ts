import { must, type Result } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { activeAuthorities, findAuthority } from '../../../../signer/database/authority-table.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { type ActiveAuthority, activeAuthority } from '../../../../signer/issuance/issuer.ts';
import type { CeremonyDutyView } from '../../../../signer/operations/ceremony-duty-view.ts';
import { ceremonyDutyViews } from '../../../../signer/operations/ceremony-view.ts';
import { buildEpochCandidate } from '../../../../signer/publisher/epoch-candidate.ts';
import type { GateOutcome } from '../../../../signer/publisher/gate-refusal.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
import { type CeremonyUnderTest, ROOT } from './ceremony-under-test.ts';

/** What an offline root says, and what is on record of it. */

export function root({ context }: CeremonyUnderTest): ActiveAuthority {
  const row = findAuthority(context.db, ROOT);
  const authority = row && activeAuthority(context, row);
  if (!authority) throw new Error('no root');
  return authority;
}

/** Serial number of the newest issued certificate of this profile. */
export function serialOf({ context }: CeremonyUnderTest, profile: string): string {
  const row = context.db.get(
    `SELECT lower(hex(serial)) AS serial FROM certificate WHERE profile = ? AND state = 'issued'
     ORDER BY id DESC`,
    profile,
  );
  return String(row?.['serial']);
}

/** Status in the stored OCSP answer; `nothing` when there is none. */
export function told({ context }: CeremonyUnderTest, serialNumber: string): string {
  const answer = storedAnswers(context.db).find(({ serial }) => serial === serialNumber);
  return answer?.certStatus.status ?? 'nothing';
}

/** Serial numbers on the newest CRL, as openssl reads them. */
export function listed(test: CeremonyUnderTest): readonly string[] {
  const crl = latestCRL(test.context.db, root(test).row.id);
  return [...crlEntries(crl?.der ?? new Uint8Array(0)).keys()];
}

export function revoke({ context }: CeremonyUnderTest, serialNumber: string): number {
  const input = { serialNumber, reason: 'keyCompromise' } as const;
  return must(revokeCertificate(context, input, 'alice'), 'revoke').request;
}

/** What the publish gate says of everything that is on record. */
export function gate({ context }: CeremonyUnderTest): GateOutcome {
  const candidate = buildEpochCandidate(context, activeAuthorities(context.db), 'everything');
  return checkEpoch(context, candidate, context.clock());
}

export const PASSES: Result<true, never> = { ok: true, value: true };

export function duties(
  { context }: CeremonyUnderTest,
  ...why: readonly CeremonyDutyView['why'][]
): readonly CeremonyDutyView[] {
  return ceremonyDutyViews(context, unixSeconds(context.clock())).filter((duty) =>
    why.includes(duty.why),
  );
}
