import type { ProfileNotInForce } from '../../../shared/policy/profile-in-force.ts';

/** Why the offline host does not sign; nothing was signed then. `remedy` is a clause for people. */
export interface HostError {
  readonly code:
    | 'host-missing'
    | 'host-in-use'
    | 'host-malformed'
    | 'host-log-damaged'
    | 'host-state-lost'
    | 'policy-malformed'
    | 'clock-went-back'
    | 'keystore-unavailable'
    | 'bundle-malformed'
    | 'bundle-changed'
    | 'approval-wrong'
    | 'approvals-missing'
    | 'bundle-expired'
    | 'bundle-not-yet'
    | 'bundle-other-authority'
    | 'bundle-replayed'
    | 'bundle-superseded'
    | 'policy-differs'
    | 'profile-not-in-force'
    | 'summary-differs'
    | 'certificate-differs'
    | 'request-refused'
    | 'subject-refused'
    | 'crl-differs'
    | 'entries-vanished'
    | 'subject-key-not-here'
    | 'lint-refused'
    | 'not-confirmed'
    | 'authority-unknown'
    | 'authority-exists'
    | 'not-a-root'
    | 'not-a-subordinate'
    | 'custody-online'
    | 'key-differs'
    | 'signing-failed';
  readonly reason: string;
  readonly remedy: string;
}

export function refuseAtHost(
  code: HostError['code'],
  reason: string,
  remedy: string,
): { readonly ok: false; readonly error: HostError } {
  return { ok: false, error: { code, reason, remedy } };
}

/** CRT-12: not on this day. */
export function notInForce({
  profile,
  source,
}: ProfileNotInForce & { readonly profile: string }): ReturnType<typeof refuseAtHost> {
  const reason = `no certificate of the profile ${profile} is issued today (${source})`;
  return refuseAtHost('profile-not-in-force', reason, 'see that the clock of this host is right');
}

/** The findings of lint, or that nothing could be linted. */
export function lintRefused(
  findings: readonly { readonly rule: string; readonly reason: string }[] | undefined,
): ReturnType<typeof refuseAtHost> {
  const found = findings?.map(({ rule, reason }) => `${reason} (${rule})`).join('; ');
  const reason = found ?? 'the to-be-signed bytes cannot be read';
  return refuseAtHost('lint-refused', reason, 'do not sign it; nothing was signed');
}
