import { BugError } from '../../shared/result.ts';
import { isoText, unixSeconds } from '../../shared/time.ts';
import { offlineResponderDueFrom } from '../ceremony/responder-duty.ts';
import { certificateById } from '../database/certificate-table.ts';
import { newestResponder, type ResponderRow } from '../database/responder-table.ts';
import { countAnswersBy } from '../database/withdrawal-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { pem } from '../issuance/pem.ts';
import { responderDueFrom } from '../presigning/plan.ts';
import type { SignerContext } from '../signer-context.ts';
import { certificateView } from './certificate-view.ts';
import type { ResponderView } from './views.ts';

export function responderView(
  context: SignerContext,
  authority: ActiveAuthority,
  row: ResponderRow,
): ResponderView {
  const { db } = context;
  const certificate = certificateById(db, row.certificateId);
  if (!certificate) throw new BugError(`responder ${row.id} has no certificate`);
  const { status, serialNumber, subject, notBefore, notAfter, sha256 } = certificateView(
    context,
    certificate,
  );
  const state = stateOf(context, authority, row, status);
  const { policy } = authority;
  const rotates = state === 'signing' && row.notAfter < authority.notAfter && policy.ocsp !== null;
  const due = rotates ? dueFrom(authority, row) : 0;
  return {
    authority: authority.row.name,
    state,
    ...{ serialNumber, subject, notBefore, notAfter },
    rotatesAt: rotates ? isoText(unixSeconds(Math.max(0, due))) : null,
    keystore: row.keystore,
    keyLabel: row.keyLabel,
    answers: countAnswersBy(db, row.id),
    sha256,
    // The CA's own: it is in every response that it signs, and nobody waits for it to be handed out.
    certificate: pem('CERTIFICATE', row.certificate),
  };
}

/** An offline authority's is asked for earlier: a ceremony takes people. */
function dueFrom(authority: ActiveAuthority, row: ResponderRow): number {
  return authority.row.custody === 'offline'
    ? offlineResponderDueFrom(authority, row)
    : responderDueFrom(authority.policy, row.notAfter);
}

function stateOf(
  { db, clock }: SignerContext,
  authority: ActiveAuthority,
  row: ResponderRow,
  status: 'good' | 'revoked',
): ResponderView['state'] {
  if (status === 'revoked') return 'revoked';
  if (row.notAfter < clock()) return 'ended';
  return newestResponder(db, authority.row.id)?.id === row.id ? 'signing' : 'retired';
}
