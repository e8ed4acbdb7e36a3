import { err } from '../shared/result.ts';
import type { Clock } from '../shared/time.ts';
import { openEdgePort } from './api/edge-handler.ts';
import { type Listener, startListener } from './api/listener.ts';
import type { SignerConfig } from './config.ts';
import type { Log } from './log-level.ts';
import { edgeOperations } from './operations/edge-operations.ts';
import type { Operations } from './operations/operations.ts';
import type { Started } from './service.ts';
import { damagedState } from './setup/damaged-state.ts';
import type { OpenOperators } from './setup/open-operators.ts';
import type { SignerContext } from './signer-context.ts';

/** The mTLS listener as the configuration has it. */
export async function openListener(
  { config, world }: { readonly config: SignerConfig; readonly world: { readonly clock: Clock } },
  context: SignerContext,
  { trust, register, serverCertificate, serverKey }: OpenOperators,
  operations: Operations,
  log: Log,
): Started<Listener> {
  const listener = await startListener({
    host: config.listen.host,
    port: config.listen.port,
    ...{ serverCertificate, serverKey, operatorCA: trust.pem, register, operations },
    edge:
      config.edge && openEdgePort(config.edge.clients, edgeOperations(context, config.edge.live)),
    clock: world.clock,
    log,
  });
  if (listener.ok) return listener;
  const { code, reason } = listener.error;
  if (code === 'tls-material-refused') return damagedState(`tls/: ${reason}`);
  const remedy = 'End what uses it, or choose another address with --listen.';
  return err({
    code: 'port-in-use',
    reason: `${config.listen.host}:${config.listen.port}: ${reason}`,
    remedy,
  });
}
