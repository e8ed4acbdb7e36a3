import type { Role } from '../../shared/policy/roles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { insertOperator, operatorByKey, setOperatorRevoked } from '../database/operator-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { actOnOperators, personNamed } from './act.ts';
import { certificateFor, type KeyOfOperator, keyOf, type ProvedKey } from './key-of-operator.ts';
import type { OperatorTrust } from './operator-trust.ts';
import { keyState, type Person, peopleOnRecord } from './people.ts';
import { rolesProblem, samePerson } from './roles.ts';

export interface AddOperatorInput {
  readonly person: string;
  readonly roles: readonly Role[];
  readonly key: KeyOfOperator;
}

/** CP 5.2.1: somebody new. The same once more, because the first answer was lost, changes nothing. */
export async function addOperator(
  context: SignerContext,
  trust: OperatorTrust,
  { person, roles, key }: AddOperatorInput,
  actor: string,
): Promise<Result<true, OperationError>> {
  const reason = rolesProblem(roles);
  if (reason !== null) return err({ code: 'operator-roles-refused', reason });
  return actOnOperators(context, async (now) => {
    const proved = keyOf(context, trust, key, now);
    if (!proved.ok) return proved;
    const known = peopleOnRecord(context.db).find((one) => samePerson(one.person, person));
    if (known && !isDone(context, known, { person, roles }, proved.value, now))
      return err({ code: 'operator-exists', person: known.person });
    if (known) return ok(true);
    return record(context, trust, { person, roles, keys: [] }, proved.value, {
      ...{ now, actor, type: 'operator-added' },
    });
  });
}

export interface RenewOperatorInput {
  readonly person: string;
  readonly key: KeyOfOperator;
  /** `end`: the keys that were there before are revoked in the same act. */
  readonly oldKeys: 'keep' | 'end';
}

/** Another key for somebody on record, also for one whose keys have ended or are revoked; same roles. */
export function renewOperator(
  context: SignerContext,
  trust: OperatorTrust,
  { person, key, oldKeys }: RenewOperatorInput,
  actor: string,
): Promise<Result<true, OperationError>> {
  return actOnOperators(context, async (now) => {
    const known = personNamed(context, person);
    if (!known.ok) return known;
    const proved = keyOf(context, trust, key, now);
    if (!proved.ok) return proved;
    if (isDone(context, known.value, known.value, proved.value, now)) return ok(true);
    const keys = oldKeys === 'end' ? known.value.keys : [];
    return record(context, trust, { ...known.value, keys }, proved.value, {
      ...{ now, actor, type: 'operator-renewed' },
    });
  });
}

/** Whether just this is on record: this key of this person, active, with these roles. */
function isDone(
  { db }: SignerContext,
  known: Person,
  { person, roles }: Pick<Person, 'person' | 'roles'>,
  { spkiSha256 }: ProvedKey,
  now: UnixSeconds,
): boolean {
  const row = operatorByKey(db, spkiSha256);
  if (row?.person !== person || known.person !== person) return false;
  const same = row.roles.length === roles.length && row.roles.every((one) => roles.includes(one));
  return same && keyState(row, now) === 'active';
}

interface Act {
  readonly now: UnixSeconds;
  readonly actor: string;
  readonly type: 'operator-added' | 'operator-renewed';
}

/** `keys` are those that end with it. */
async function record(
  context: SignerContext,
  trust: OperatorTrust,
  { person, roles, keys }: Person,
  proved: ProvedKey,
  { now, actor, type }: Act,
): Promise<Result<true, OperationError>> {
  const { audit, db, checkpoint } = context;
  const { spkiSha256 } = proved;
  const holder = operatorByKey(db, spkiSha256);
  if (holder) return err({ code: 'operator-key-taken', person: holder.person, spkiSha256 });
  const certificate = await certificateFor(context, trust, person, proved, now);
  if (!certificate.ok) return certificate;
  // If we stop here a certificate exists that is not on record: it lets nobody in.
  checkpoint('operator: certified');
  const ending = keys.filter((row) => keyState(row, now) === 'active');
  const reason = 'replaced by a new key';
  // The log first: if we stop between the two nothing is changed, and it is asked for again.
  audit.append({ type, person, spkiSha256, roles, actor });
  for (const old of ending)
    audit.append({ type: 'operator-revoked', person, spkiSha256: old.spkiSha256, reason, actor });
  checkpoint('operator: in the log');
  const { der, notAfter } = certificate.value;
  db.transaction((tx) => {
    insertOperator(tx, {
      ...{ person, spkiSha256, certificate: der, notAfter, roles },
      ...{ addedAt: now, addedBy: actor },
    });
    for (const { id } of ending) setOperatorRevoked(tx, id, { at: now, by: actor, reason });
    rememberTime(tx, now);
  });
  checkpoint('operator: recorded');
  return ok(true);
}
