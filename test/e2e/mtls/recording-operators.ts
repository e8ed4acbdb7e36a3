import type { Result } from '../../../shared/result.ts';
import type { Actor } from '../../../signer/operations/actor.ts';
import type {
  OperatorOperations,
  OperatorView,
} from '../../../signer/operations/operator-views.ts';

const OPERATOR: OperatorView = {
  ...{ person: 'bob', roles: ['system-manager'], state: 'active' },
  keys: [
    {
      ...{ spkiSha256: 'ab'.repeat(32), state: 'active', notAfter: '2028-01-01T00:00:00Z' },
      ...{ addedAt: '2026-01-01T00:00:00Z', addedBy: 'alice', revoked: null },
      certificate: '-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n',
    },
  ],
};

interface Call {
  readonly operation: keyof OperatorOperations;
  readonly input?: unknown;
  readonly actor?: Actor;
}

type Record = <T>(call: Call, value: T) => Promise<Result<T, never>>;

/** The register of operators, as `recordingOperations` has the rest. */
export function recordingOperators(record: Record): OperatorOperations {
  const acting = (operation: keyof OperatorOperations) => (input: unknown, actor: Actor) =>
    record({ operation, input, actor }, OPERATOR);
  return {
    listOperators: () => record({ operation: 'listOperators' }, [OPERATOR]),
    showOperator: (input) => record({ operation: 'showOperator', input }, OPERATOR),
    addOperator: acting('addOperator'),
    renewOperator: acting('renewOperator'),
    revokeOperator: acting('revokeOperator'),
    restoreOperator: acting('restoreOperator'),
    setOperatorRoles: acting('setOperatorRoles'),
  };
}
