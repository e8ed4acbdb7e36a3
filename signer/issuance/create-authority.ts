import { hexFromBytes } from '../../shared/bytes.ts';
import type { AuthorityPolicy } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import {
  type AuthorityRow,
  authorityById,
  findAuthority,
  insertAuthority,
  setAuthorityCertificate,
} from '../database/authority-table.ts';
import { setCertificateIssued } from '../database/certificate-table.ts';
import { enqueueFile } from '../database/outbox-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { certify } from './certify.ts';
import { checkKey } from './check-key.ts';
import { encodeName } from './distinguished-name.ts';
import { type ActiveAuthority, authorityThatSigns, profileNamed } from './issuer.ts';

export interface CreatedAuthority {
  readonly id: number;
  /** The authority whose CRL now knows of it: its issuer, or itself. */
  readonly issuerId: number;
}

/**
 * Makes a CA of the policy: its key, then its certificate by its issuer (a root certifies itself).
 * Takes up an earlier attempt that stopped after the key was made, with that key.
 */
export async function createAuthority(
  context: SignerContext,
  input: { readonly authority: string; readonly keystore: string; readonly actor: string },
): Promise<Result<CreatedAuthority, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const policy = context.policy.authorities.get(input.authority);
  const known = [...context.policy.authorities.keys()];
  if (!policy) return err({ code: 'authority-unknown', authority: input.authority, known });
  if (policy.custody.value === 'offline')
    return err({ code: 'custody-offline', authority: input.authority });
  const existing = findAuthority(context.db, input.authority);
  if (existing?.certificate) return err({ code: 'authority-exists', authority: input.authority });
  const issuer =
    policy.issuer === null ? null : authorityThatSigns(context, policy.issuer, now.value);
  if (issuer && !issuer.ok) {
    return issuer.error.code === 'authority-unknown'
      ? err({ code: 'issuer-missing', authority: input.authority, issuer: policy.issuer ?? '' })
      : issuer;
  }
  const row = existing
    ? ok(existing)
    : await makeKey(context, policy, input, issuer?.value ?? null, now.value);
  if (!row.ok) return row;
  const parties = { row: row.value, issuer: issuer?.value ?? null, actor: input.actor };
  return certifyAuthority(context, policy, parties, now.value);
}

/** The key of an authority whose custody is online, on record before it is certified. */
export async function makeKey(
  context: SignerContext,
  policy: AuthorityPolicy,
  input: { readonly authority: string; readonly keystore: string; readonly actor: string },
  issuer: ActiveAuthority | null,
  now: UnixSeconds,
): Promise<Result<AuthorityRow, OperationError>> {
  const requirement = profileNamed(context.policy, policy.profile).key.value;
  const algorithm =
    requirement.kind === 'rsa'
      ? ({ kind: 'rsa', modulusLength: requirement.modulusLengths[0] ?? 4096 } as const)
      : ({ kind: 'ec', namedCurve: requirement.namedCurves[0] ?? 'P-384' } as const);
  const keyLabel = `${input.authority}-${hexFromBytes(context.randomBytes(4))}`;
  const key = await context.door.generateKey(input.keystore, keyLabel, algorithm, input.actor);
  if (!key.ok) return err(signingProblem(key.error));
  context.checkpoint('authority: key generated');
  // Before it is on record as the authority's: the next attempt takes up a key that is.
  const sound = await checkKey(context, key.value.spki, requirement, 'made-here', now);
  if (!sound.ok) return sound;
  const id = context.db.transaction((tx) =>
    insertAuthority(
      tx,
      {
        name: input.authority,
        issuerId: issuer?.row.id ?? null,
        custody: 'online',
        keystore: input.keystore,
        keyLabel,
        spki: key.value.spki,
        subject: encodeName(policy.subject.value),
        urls: { crl: policy.crl.url.value, caIssuers: policy.caIssuers.url.value },
      },
      now,
    ),
  );
  context.checkpoint('authority: recorded');
  const row = authorityById(context.db, id);
  return row ? ok(row) : err({ code: 'authority-unknown', authority: input.authority, known: [] });
}

async function certifyAuthority(
  context: SignerContext,
  policy: AuthorityPolicy,
  {
    row,
    issuer,
    actor,
  }: {
    readonly row: AuthorityRow;
    readonly issuer: ActiveAuthority | null;
    readonly actor: string;
  },
  now: UnixSeconds,
): Promise<Result<CreatedAuthority, OperationError>> {
  const certified = await certify(context, {
    issuer: issuer?.row ?? row,
    active: issuer,
    profile: policy.profile,
    subject: row.subject,
    spki: row.spki,
    requestId: null,
    now,
  });
  if (!certified.ok) return certified;
  const issuerId = issuer?.row.id ?? row.id;
  context.audit.append({
    ...{ type: 'authority-certified', authority: issuer?.row.name ?? row.name },
    subjectAuthority: row.name,
    serialNumber: serialNumberText(certified.value.serialNumber),
    tbsSha256: tbsSha256Of(certified.value.der),
    actor,
  });
  context.db.transaction((tx) => {
    setCertificateIssued(tx, certified.value.certificateId, certified.value.der);
    setAuthorityCertificate(tx, row.id, certified.value.der);
    enqueueFile(tx, 'ca-certificate', row.id);
    markUnsettled(tx, issuerId, certified.value.certificateId);
    rememberTime(tx, now);
  });
  context.checkpoint('authority: certified');
  return ok({ id: row.id, issuerId });
}
