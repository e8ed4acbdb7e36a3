import type { StartError } from '../service.ts';
import type { Failure } from './command.ts';
import type { ExitCode } from './exit-codes.ts';

/** `remedy` is a sentence there and a clause after a semicolon here. */
export function startFailure({ code, reason, remedy }: StartError, exit: ExitCode): Failure {
  const clause = remedy.charAt(0).toLowerCase() + remedy.slice(1).replace(/\.$/, '');
  return { exit, code, message: reason, remedy: clause };
}
