import { ok } from '../../../shared/result.ts';
import type { Operations } from '../../../signer/operations/operations.ts';
import type { Call } from './recording-operations.ts';

/** A backup of three octets that says so. */
export function recordingBackup(calls: Call[]): Pick<Operations, 'makeBackup'> {
  async function* octets(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1, 2, 3);
  }
  const facts = {
    ...({ createdAt: '2026-12-24T00:00:00Z', epoch: 7, auditSize: 3, keys: 'left-out' } as const),
    ...{ files: 1, lacks: [] },
  };
  return {
    makeBackup: async (input, actor) => {
      calls.push({ operation: 'makeBackup', input, actor });
      return ok({ facts, octets: octets(), discard: () => undefined });
    },
  };
}
