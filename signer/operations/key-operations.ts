import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { addWeakKeys } from '../database/weak-key-table.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import { sha256 } from '../issuance/public-key.ts';
import { examineReceived } from '../issuance/receive-request.ts';
import { subjectKeyText } from '../issuance/subject-public-key.ts';
import { rememberTime, signingTime } from '../signer-context.ts';
import type { OperationError } from './operation-error.ts';
import type { OperationTools } from './operation-tools.ts';
import type { AddWeakKeysInput, CheckRequestInput, Operations } from './operations.ts';
import type { RequestCheckView, WeakKeyListView } from './views.ts';

type KeyOperations = Pick<Operations, 'checkRequest' | 'addWeakKeys'>;

export function keyOperations(tools: OperationTools): KeyOperations {
  return {
    checkRequest: async (input, actor) => {
      const checked = await checkRequest(tools, input);
      tools.auditRefusal('request check', actor, checked);
      return checked;
    },
    addWeakKeys: async (input, actor) => {
      const added = addWeakKeyList(tools, input, actor.name);
      tools.auditRefusal('weak-keys import', actor, added);
      return added;
    },
  };
}

async function checkRequest(
  { context }: OperationTools,
  { profile: name, request }: CheckRequestInput,
): Promise<Result<RequestCheckView, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const profile = context.policy.profiles.get(name);
  const known = [...context.policy.profiles.keys()];
  if (!profile) return err({ code: 'profile-unknown', profile: name, known });
  const examined = await examineReceived(context, request, profile.key.value, now.value);
  if (!examined.ok) return examined;
  const { decoded, checks } = examined.value;
  return ok({
    profile: name,
    subject: subjectText(decoded.subject),
    key: subjectKeyText(decoded.key),
    requestSha256: hexFromBytes(sha256(request)),
    spkiSha256: hexFromBytes(sha256(decoded.spki)),
    verdict: checks.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'accepted',
    checks,
  });
}

function subjectText(der: Uint8Array): string {
  try {
    return nameTextFromDER(der);
  } catch {
    return 'cannot be read';
  }
}

function addWeakKeyList(
  { context }: OperationTools,
  { list, key, width, fingerprints }: AddWeakKeysInput,
  actor: string,
): Result<WeakKeyListView, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const split: Uint8Array[] = [];
  for (let at = 0; at < fingerprints.length; at += width)
    split.push(fingerprints.subarray(at, at + width));
  context.audit.append({
    type: 'weak-keys-import',
    list,
    keyKind: key,
    entries: split.length,
    actor,
  });
  const { entries } = context.db.transaction((tx) => {
    rememberTime(tx, now.value);
    return addWeakKeys(tx, { name: list, keyKind: key }, split, now.value);
  });
  return ok({ list, key, entries });
}
