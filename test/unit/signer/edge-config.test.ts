import { describe, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../shared/policy/certificate-policy.ts';
import { must } from '../../../shared/result.ts';
import type { SignerConfig } from '../../../signer/config.ts';
import { edge } from '../../../signer/edge-config.ts';
import { checkLive } from '../../../signer/setup/check-live.ts';
import { ROOT_CA3 } from './lint/certificate-under-test.ts';

const KEY = 'ab'.repeat(32);
const LIVE = { authorities: ['time-stamping-ca'], answersPerSecond: 10 };

describe('edge of config.json', () => {
  it.each([
    ['keys of edges', { clients: [KEY] }],
    ['live answers of an authority', { clients: [KEY], live: LIVE }],
  ])('ADR 17: %s are taken', (_what, value) => {
    expect(edge(value, '/edge')).toEqual({ ok: true, value });
  });

  it.each([
    ['/edge/clients', { clients: [] }],
    ['/edge/clients/0', { clients: [KEY.toUpperCase()] }],
    ['/edge/clients', { live: LIVE }],
    ['/edge/live/answersPerSecond', { clients: [KEY], live: { ...LIVE, answersPerSecond: 26 } }],
    ['/edge/live/authorities', { clients: [KEY], live: { answersPerSecond: 1 } }],
    ['/edge/lives', { clients: [KEY], lives: LIVE }],
  ])('ADR 17: %s is refused', (pointer, value) => {
    expect(edge(value, '/edge')).toMatchObject({ ok: false, error: { pointer } });
  });

  it.each([
    ['time-stamping-ca', true],
    ['time-stamping-cb', false],
  ])('ADR 17: the authority %s can have live answers: %s', (name, can) => {
    const config = { edge: { clients: [KEY], live: { ...LIVE, authorities: [name] } } };
    const policy = must(decodeCertificatePolicy(ROOT_CA3), 'policy');
    const checked = checkLive(config as unknown as SignerConfig, policy);
    expect(checked.ok).toBe(can);
    if (!checked.ok) expect(checked.error.reason).toContain(name);
  });
});
