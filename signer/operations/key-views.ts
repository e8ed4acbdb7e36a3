import { keyAlgorithmText } from '../../shared/policy/certificate-policy.ts';
import { isoText, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { easyKeys } from '../database/key-holder-query.ts';
import { countWeakKeys } from '../database/weak-key-table.ts';
import type { SignerContext } from '../signer-context.ts';
import type { EasyKeyView, StatusView } from './views.ts';

/** CSBR 4.9.1.1: within 24 hours of knowing how the key is found. */
const REVOKE_WITHIN_SECONDS = 86_400;

export function easyKeyViews({ db }: SignerContext, now: UnixSeconds): readonly EasyKeyView[] {
  return easyKeys(db, now).map(({ authority, serialNumber, cause, foundAt }) => ({
    authority,
    serialNumber,
    cause,
    foundAt: isoText(foundAt),
    revokeBefore: isoText(unixSeconds(foundAt + REVOKE_WITHIN_SECONDS)),
  }));
}

/** How much of Debian's weak keys is known here, for each kind of key in the policy. */
export function debianWeakKeys({ db, policy }: SignerContext): StatusView['debianWeakKeys'] {
  const kinds = new Set<string>();
  for (const { key } of policy.profiles.values()) {
    const asked = key.value;
    if (asked.kind === 'ec') for (const namedCurve of asked.namedCurves) kinds.add(namedCurve);
    else
      for (const modulusLength of asked.modulusLengths)
        kinds.add(keyAlgorithmText({ kind: 'rsa', modulusLength }));
  }
  return [...kinds].sort().map((key) => ({ key, entries: countWeakKeys(db, key) }));
}
