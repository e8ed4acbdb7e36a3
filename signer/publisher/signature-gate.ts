import { err, ok, type Result } from '../../shared/result.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SigningDoor } from '../signing/signing-door.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import type { EpochCandidate } from './epoch-candidate.ts';

/** A shard with a signature that does not verify. */
export interface WrongAnswer {
  readonly authorityId: number;
  readonly shardIndex: number;
  /** Hexadecimal. */
  readonly serialNumber: string;
}

/**
 * The gate's last part: every signature of the shards that were signed in bulk, by the octets that
 * would go out. Answers the shards that must not.
 */
export async function findWrongAnswers(
  door: Pick<SigningDoor, 'verifyShards'>,
  candidate: EpochCandidate,
): Promise<Result<readonly WrongAnswer[], OperationError>> {
  const unchecked = candidate.shards.flatMap(({ authority, shardIndex, bytes, verified }) =>
    bytes === null || verified ? [] : [{ authorityId: authority.id, shardIndex, bytes }],
  );
  const checked = await door.verifyShards(unchecked.map(({ bytes }) => bytes));
  if (!checked.ok) return err(signingProblem(checked.error));
  return ok(
    checked.value.flatMap(({ at, serialNumber }) => {
      const shard = unchecked[at];
      return shard ? [{ ...shard, serialNumber }] : [];
    }),
  );
}
