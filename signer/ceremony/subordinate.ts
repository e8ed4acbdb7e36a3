import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import type { AuthorityPolicy } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import {
  type AuthorityRow,
  authorityById,
  findAuthority,
  insertAuthority,
} from '../database/authority-table.ts';
import { makeKey } from '../issuance/create-authority.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { type ActiveAuthority, profileNamed } from '../issuance/issuer.ts';
import { sha256 } from '../issuance/public-key.ts';
import { recordKey } from '../issuance/seen-keys.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { decodeCeremonyKey } from './answer.ts';
import { octetsOf } from './canonical-document.ts';
import type { CertificateOrder, ExportCeremonyInput } from './ceremony-order.ts';
import { judgeKey, judgeKeyForm } from './judge-key.ts';
import { policyHash } from './policy-hash.ts';

/** Stands where an authority's keystore stands when a ceremony host has the key. */
export const OFFLINE_KEYSTORE = 'offline';

/**
 * The sub-CA that a ceremony certifies, its key on record: made here when its custody is online, taken
 * from the file of `inkan ceremony key` when it is offline. An earlier attempt is taken up with its key.
 */
export async function subordinateToCertify(
  context: SignerContext,
  issuer: ActiveAuthority,
  input: ExportCeremonyInput,
  keystore: string,
  actor: string,
  now: UnixSeconds,
): Promise<Result<CertificateOrder, OperationError>> {
  const subordinate = input.subordinate ?? '';
  const known = [...context.policy.authorities.keys()];
  const policy = context.policy.authorities.get(subordinate);
  if (!policy) return err({ code: 'authority-unknown', authority: subordinate, known });
  const { name } = issuer.row;
  if (policy.issuer !== name) {
    const wanted = policy.issuer ?? 'no other authority';
    return err({ code: 'ceremony-not-issuer', authority: name, subordinate, issuer: wanted });
  }
  const existing = findAuthority(context.db, subordinate);
  if (existing?.certificate) return err({ code: 'authority-exists', authority: subordinate });
  const row =
    policy.custody.value === 'offline'
      ? await offlineRow(context, issuer, policy, input, existing, now)
      : existing
        ? ok(existing)
        : await makeKey(context, policy, { authority: subordinate, keystore, actor }, issuer, now);
  if (!row.ok) return row;
  return ok({
    ...{ role: 'subordinate-ca', profile: policy.profile, subjectAuthority: subordinate },
    ...{ keystore: null, keyLabel: null, subject: row.value.subject, spki: row.value.spki },
    subscriber: null,
  });
}

async function offlineRow(
  context: SignerContext,
  issuer: ActiveAuthority,
  policy: AuthorityPolicy,
  input: ExportCeremonyInput,
  existing: AuthorityRow | undefined,
  now: UnixSeconds,
): Promise<Result<AuthorityRow, OperationError>> {
  const subordinate = input.subordinate ?? '';
  if (input.subordinateKey === undefined)
    return existing ? ok(existing) : err({ code: 'ceremony-key-missing', authority: subordinate });
  const file = decodeCeremonyKey(input.subordinateKey);
  if (!file.ok) return err({ code: 'ceremony-malformed', reason: file.error.reason });
  const { authority, keyLabel, policySha256 } = file.value;
  if (authority !== subordinate) {
    const facts = { ceremony: keyLabel, authority: subordinate, expected: authority };
    return err({ code: 'ceremony-other-authority', ...facts });
  }
  if (policySha256 !== policyHash(context.policy, [subordinate], [policy.profile]))
    return err({ code: 'ceremony-policy-differs', authority: subordinate });
  const spki = octetsOf(file.value.spki);
  // The file proves nothing by itself: people say which key it is, and the host certifies it only if it made it.
  const found = hexFromBytes(sha256(spki));
  const stated = input.subordinateKeySha256 ?? null;
  if (stated !== found) return err({ code: 'ceremony-fingerprint-differs', stated });
  if (existing && bytesEqual(existing.spki, spki)) return ok(existing);
  if (existing) {
    const reason = 'another key of this authority is on record';
    return err({ code: 'request-refused', check: 'CSR-5', reason });
  }
  const requirement = profileNamed(context.policy, policy.profile).key.value;
  const form = judgeKeyForm(spki, requirement);
  if (!form.ok) return form;
  await recordKey(context, spki, now);
  const sound = judgeKey(context, spki, requirement, 'new');
  if (!sound.ok) return sound;
  const id = context.db.transaction((tx) =>
    insertAuthority(
      tx,
      {
        ...{ name: subordinate, issuerId: issuer.row.id, custody: 'offline', keyLabel, spki },
        keystore: OFFLINE_KEYSTORE,
        subject: encodeName(policy.subject.value),
        urls: { crl: policy.crl.url.value, caIssuers: policy.caIssuers.url.value },
      },
      now,
    ),
  );
  context.checkpoint('ceremony: subordinate recorded');
  const row = authorityById(context.db, id);
  return row ? ok(row) : err({ code: 'authority-unknown', authority: subordinate, known: [] });
}
