import { ok, type Result } from '../../shared/result.ts';
import { segment } from './ask.ts';
import { type Failure, usageFailure } from './command.ts';

/** The resource of a request, from its number in the register. */
export function requestPath(number: string): Result<string, Failure> {
  if (/^[1-9][0-9]{0,15}$/.test(number)) return ok(`/v1/revocation-requests/${segment(number)}`);
  return usageFailure(
    `${number} is not the number of a request`,
    'give it as `inkan revocation list` prints it',
  );
}
