import type { OperatorDeps } from '../../signer/operations/operator-operations.ts';

/** For operations that nobody asks about operators. */
export const NO_OPERATORS: { readonly operators: OperatorDeps; readonly server: null } = {
  operators: { trust: { pem: '', certificates: [], own: null }, dropRevoked: () => undefined },
  server: null,
};
