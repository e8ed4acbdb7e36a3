import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import { type Person, peopleOnRecord } from './people.ts';

/** Every act on the operators: one at a time, at a time that may be recorded. */
export function actOnOperators<T>(
  context: SignerContext,
  act: (now: UnixSeconds) => Promise<Result<T, OperationError>>,
): Promise<Result<T, OperationError>> {
  return context.inTurn('operators', async () => {
    const now = signingTime(context);
    return now.ok ? act(now.value) : now;
  });
}

/** With all that is on record of the person. */
export function personNamed(
  { db }: Pick<SignerContext, 'db'>,
  name: string,
): Result<Person, OperationError> {
  const people = peopleOnRecord(db);
  const found = people.find(({ person }) => person === name);
  if (found) return ok(found);
  const known = people.map(({ person }) => person);
  return err({ code: 'operator-unknown', person: name, known });
}
