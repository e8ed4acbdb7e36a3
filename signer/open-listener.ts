import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err } from '../shared/result.ts';
import { openEdgePort } from './api/edge-handler.ts';
import { type Listener, startListener } from './api/listener.ts';
import type { ServeOptions, ServeWorld } from './cli/options.ts';
import type { SignerConfig } from './config.ts';
import type { Log } from './log-level.ts';
import { edgeOperations } from './operations/edge-operations.ts';
import type { Operations } from './operations/operations.ts';
import type { Started } from './service.ts';
import { damagedState } from './setup/damaged-state.ts';
import type { SignerContext } from './signer-context.ts';

interface ListenerParts {
  readonly options: ServeOptions;
  readonly world: ServeWorld;
  readonly config: SignerConfig;
}

/** A file of `<state>/tls`. */
export function tlsFile(state: string, file: string): string {
  return readFileSync(join(state, 'tls', file), 'utf8');
}

/** The mTLS listener as the configuration has it. */
export async function openListener(
  { options, world, config }: ListenerParts,
  context: SignerContext,
  operations: Operations,
  log: Log,
): Started<Listener> {
  const read = (file: string) => tlsFile(options.state, file);
  const listener = await startListener({
    host: config.listen.host,
    port: config.listen.port,
    serverCertificate: read('server.pem'),
    serverKey: read('server.key.pem'),
    operatorCA: read('operator-ca.pem'),
    operations,
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
