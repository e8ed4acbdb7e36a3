import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCA, type RunningCA, type RunningSigner } from '../support/running-ca.ts';
import { readAudit } from './signer-state.ts';

describe('two signers on one state directory', () => {
  let ca: RunningCA;
  let signer: RunningSigner;

  beforeAll(async () => {
    ca = await makeCA({ keys: 'fast' });
    signer = await ca.startSigner();
  });
  afterAll(() => ca.close());

  it('OPS-3: the second is refused with state-in-use and exit code 6, and the first goes on', async () => {
    const before = readAudit(ca).lines.length;
    const second = await ca.inkan('serve', '--listen', '127.0.0.1:0');
    expect(second.status).toBe(6);
    expect(second.stderr).toContain('state-in-use');
    expect(readAudit(ca).lines.length).toBe(before);
    expect((await ca.inkan('status')).status).toBe(0);
  });

  it('OPS-3: the state of a killed signer is free again at once', async () => {
    process.kill(signer.pid, 'SIGKILL');
    expect(await signer.ended).toBe('SIGKILL');
    signer = await ca.startSigner();
    expect((await ca.inkan('status')).status).toBe(0);
  });
});
