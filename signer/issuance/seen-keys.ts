import { hexFromBytes } from '../../shared/bytes.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { modulusOfSPKI } from '../database/key-functions.ts';
import { authorityWithKey, certifiedAs, sharedFactorWith } from '../database/key-holder-query.ts';
import {
  findSeenKey,
  insertSeenKey,
  isModulusSeen,
  recordSharedFactor,
  type SeenKey,
  setCompared,
  waitingKeys,
} from '../database/seen-key-table.ts';
import { countWeakKeys, weakKeyListOf } from '../database/weak-key-table.ts';
import type { KeyHistory } from '../lint/key/candidate.ts';
import type { SignerContext } from '../signer-context.ts';
import { sha256 } from './public-key.ts';
import { foldModuli, keysWithSharedFactor } from './shared-factor.ts';
import { decodeSubjectPublicKey, subjectKeyText } from './subject-public-key.ts';

/**
 * CSR-7, "every modulus ever seen": compares the key with all on record and records it with what was
 * found, in one transaction; so each key on record was compared with every one before it. If we
 * stop before, the key was not seen; it comes again with its request.
 */
export function recordKey(
  context: SignerContext,
  spki: Uint8Array,
  now: UnixSeconds,
): Promise<void> {
  return context.inTurn('seen-keys', async () => {
    const spkiSha256 = sha256(spki);
    if (findSeenKey(context.db, spkiSha256)) return;
    const modulus = modulusOfSPKI(spki);
    // With another exponent the modulus was compared already.
    const compared = !modulus || isModulusSeen(context.db, modulus);
    const sharing = compared ? [] : await keysWithSharedFactor(context.db, modulus);
    auditSharedFactors(context, spkiSha256, sharing);
    context.db.transaction((tx) => {
      const key = insertSeenKey(tx, { spki, spkiSha256 }, now);
      for (const other of sharing) recordSharedFactor(tx, key, other, now);
    });
    foldModuli(context.db);
  });
}

/** At the start: keys that were recorded before moduli were compared (migration 0006). */
export function compareWaitingKeys(context: SignerContext): Promise<void> {
  return context.inTurn('seen-keys', async () => {
    const now = context.clock();
    for (const key of waitingKeys(context.db)) {
      const sharing = await keysWithSharedFactor(context.db, key.modulus);
      auditSharedFactors(context, key.spkiSha256, sharing);
      context.db.transaction((tx) => {
        for (const other of sharing) recordSharedFactor(tx, key, other, now);
        setCompared(tx, key, now);
      });
    }
    foldModuli(context.db);
  });
}

function auditSharedFactors(
  { audit }: SignerContext,
  spkiSha256: Uint8Array,
  sharing: readonly SeenKey[],
): void {
  for (const other of sharing) {
    audit.append({
      type: 'shared-factor',
      spkiSha256: hexFromBytes(spkiSha256),
      otherSpkiSha256: hexFromBytes(other.spkiSha256),
    });
  }
}

/**
 * What is on record about a key, after `recordKey`. A key made here may be that of an authority that is
 * not certified yet; one that somebody sends may not.
 */
export function historyOf(
  { db }: SignerContext,
  spki: Uint8Array,
  origin: 'request' | 'made-here',
  superseding: number | null = null,
): KeyHistory {
  const key = decodeSubjectPublicKey(spki);
  const keyKind = key.ok ? subjectKeyText(key.value) : '';
  const authority = origin === 'request' ? authorityWithKey(db, spki) : null;
  return {
    holder: authority ?? certifiedAs(db, spki, sha256(spki), superseding),
    sharedFactorWith: sharedFactorWith(db, spki),
    weakKeyList: weakKeyListOf(db, spki)?.name ?? null,
    debianWeakKeys: countWeakKeys(db, keyKind),
  };
}
