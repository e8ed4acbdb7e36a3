import { err } from '../../shared/result.ts';
import type { StartError } from '../service.ts';

export function damagedState(reason: string): { readonly ok: false; readonly error: StartError } {
  return err({
    code: 'state-damaged',
    reason,
    remedy: 'Restore the state directory from its backup; nothing was changed.',
  });
}
