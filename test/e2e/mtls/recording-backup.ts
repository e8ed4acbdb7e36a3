import { ok } from '../../../shared/result.ts';
import type { Actor, Operations } from '../../../signer/operations/operations.ts';

interface BackupCall {
  readonly operation: 'makeBackup';
  readonly input: unknown;
  readonly actor: Actor;
}

/** A backup of three octets that says so. */
export function recordingBackup(
  record: (call: BackupCall) => void,
): Pick<Operations, 'makeBackup'> {
  async function* octets(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1, 2, 3);
  }
  const facts = {
    ...({ createdAt: '2026-12-24T00:00:00Z', epoch: 7, auditSize: 3, keys: 'left-out' } as const),
    ...{ files: 1, lacks: [] },
  };
  return {
    makeBackup: async (input, actor) => {
      record({ operation: 'makeBackup', input, actor });
      return ok({ facts, octets: octets(), discard: () => undefined });
    },
  };
}
