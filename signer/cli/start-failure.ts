import type { StartError } from '../service.ts';
import type { Failure } from './command.ts';
import type { ExitCode } from './exit-codes.ts';

export function startFailure({ code, reason, remedy }: StartError, exit: ExitCode): Failure {
  return { exit, code, message: reason, remedy };
}
