import { readFileSync } from 'node:fs';
import { must } from '../../../shared/result.ts';
import { type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import type { EdgePort } from '../../../signer/api/edge-handler.ts';
import type { APIEvent } from '../../../signer/api/events.ts';
import type { ListenerLimits } from '../../../signer/api/limits.ts';
import { type Listener, startListener } from '../../../signer/api/listener.ts';
import type { Operations } from '../../../signer/operations/operations.ts';
import type { Identity, OperatorPKI } from './operator-pki.ts';
import { type Call, recordingOperations } from './recording-operations.ts';

/** A real listener over operations that only write down that they were reached. */
export interface SignerUnderTest {
  readonly listener: Listener;
  readonly calls: Call[];
  readonly events: APIEvent[];
  readonly revoked: Set<string>;
}

export interface Differences {
  readonly server?: Identity;
  readonly now?: () => UnixSeconds;
  readonly limits?: Partial<ListenerLimits>;
  readonly operations?: Partial<Operations>;
  readonly edge?: EdgePort;
}

export const realNow = (): UnixSeconds => unixSeconds(Math.floor(Date.now() / 1000));

export async function startSigner(
  pki: OperatorPKI,
  differences: Differences = {},
): Promise<SignerUnderTest> {
  const calls: Call[] = [];
  const events: APIEvent[] = [];
  const revoked = new Set<string>();
  const server = differences.server ?? pki.server;
  const listener = await startListener({
    host: '127.0.0.1',
    port: 0,
    serverCertificate: readFileSync(server.certificate, 'latin1'),
    serverKey: readFileSync(server.key, 'latin1'),
    operatorCA: readFileSync(pki.ca.certificate, 'latin1'),
    operations: recordingOperations(calls, differences.operations),
    edge: differences.edge,
    clock: differences.now ?? realNow,
    isRevoked: (spkiSha256) => revoked.has(spkiSha256),
    log: (event) => events.push(event),
    limits: { checkIntervalMs: 50, closeGraceMs: 200, ...differences.limits },
  });
  return { listener: must(listener, 'the listener starts'), calls, events, revoked };
}
