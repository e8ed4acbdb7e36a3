import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OperatorView } from '../../signer/operations/operator-views.ts';
import { describeWithOpenSSL, opensslOk } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import { killedAt, makeFaultCA } from './fault-ca.ts';

let ca: RunningCA;

beforeAll(async () => {
  ca = await makeFaultCA();
});
afterAll(() => ca.close());

function addArguments(name: string): readonly string[] {
  const request = ca.file(`${name}.csr`);
  opensslOk([
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', ca.file(`${name}.key`), '-subj', `/CN=${name}`, '-out', request],
  ]);
  return ['operator', 'add', name, '--roles', 'auditor', '--request', request];
}

/** Whether the person is on record, as the next signer sees it. */
async function stateOf(name: string): Promise<string | undefined> {
  const { operators } = await ca.inkanJSON<{ operators: readonly OperatorView[] }>(
    ...['operator', 'list'],
  );
  return operators.find(({ person }) => person === name)?.state;
}

const eventsOf = (type: string, name: string): number =>
  readFileSync(join(ca.layout.signer, 'audit.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"type":"${type}"`) && line.includes(`"${name}"`)).length;

describeWithOpenSSL('kill -9 while the operators change', () => {
  it.each([
    ['operator: certified', undefined],
    ['operator: in the log', undefined],
    ['operator: recorded', 'active'],
  ])(
    'ADR 18: killed at "%s" a person is added wholly or not at all, and the same again adds',
    async (place, found) => {
      const name = place.replaceAll(/[: ]/g, '');
      const add = addArguments(name);
      await killedAt(ca, place, ...add);
      const signer = await ca.startSigner();
      expect(await stateOf(name)).toBe(found);
      await ca.inkanJSON(...add);
      expect(await stateOf(name)).toBe('active');
      expect(eventsOf('operator-added', name)).toBeGreaterThan(0);
      await signer.end();
    },
  );

  it.each([
    ['operator: in the log', 'active'],
    ['operator: recorded', 'revoked'],
  ])(
    'ADR 18: killed at "%s" a revocation is wholly there or not at all, and never without its record',
    async (place, found) => {
      const name = `revoked-${found}`;
      const before = await ca.startSigner();
      await ca.inkanJSON(...addArguments(name));
      await before.end();
      await killedAt(ca, place, 'operator', 'revoke', name, '--reason', 'a test');
      const signer = await ca.startSigner();
      expect(await stateOf(name)).toBe(found);
      expect(eventsOf('operator-revoked', name)).toBe(1);
      if (found === 'active') await ca.inkanJSON('operator', 'revoke', name, '--reason', 'a test');
      expect(await stateOf(name)).toBe('revoked');
      await signer.end();
    },
  );
});
