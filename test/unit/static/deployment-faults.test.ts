import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { decodeCertificatePolicy } from '../../../shared/policy/certificate-policy.ts';
import { must } from '../../../shared/result.ts';
import { encodePublicationKey } from '../../../shared/snapshot/head.ts';
import { publicationKey } from '../../../signer/publisher/publication-key.ts';
import { type Deployment, deploymentFaults } from '../../static/deployment-faults.ts';
import { REPOSITORY } from '../../static/program.ts';
import { shippedPolicy } from '../../support/shipped-policies.ts';

const SHIPPED: Deployment = unstable_readConfig({
  config: join(REPOSITORY, 'wrangler.toml'),
  env: 'production',
});
const ROOT_CA3 = must(decodeCertificatePolicy(shippedPolicy('root-ca3')), 'policy');
const HOSTS = [
  'repository.secomtrust.net',
  'scrootca3.ocsp.secomtrust.net',
  'tsca.ocsp.secomtrust.net',
];

function newPublicationKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  return encodePublicationKey(publicationKey('ca.example/snapshot', spki));
}

/** As somebody leaves it who has followed docs/deploy.md. */
const READY: Deployment = {
  ...SHIPPED,
  routes: HOSTS.map((pattern) => ({ pattern, custom_domain: true })),
  vars: { ...SHIPPED.vars, PUBLICATION_KEY: newPublicationKey() },
  kv_namespaces: [{ binding: 'SNAPSHOT', id: '0f2ac74b498b48028cb68387c421e279' }],
};

const told = (change: Partial<Deployment>) =>
  deploymentFaults({ ...READY, ...change }, [ROOT_CA3]).map(({ level, at, what }) =>
    [level, at, what].join(' '),
  );

describe('npm run deploy:check', () => {
  it('HTTP-14: as shipped it lacks what only the one who deploys can know, and nothing else', () => {
    const at = deploymentFaults(SHIPPED, []).map((fault) => `${fault.level} ${fault.at}`);
    expect(at).toEqual([
      'error kv_namespaces.id',
      'error vars.PUBLICATION_KEY',
      'error routes',
      'error routes',
    ]);
  });

  it('HTTP-14: with namespace, publication key and hosts of the policy nothing is found', () => {
    expect(told({})).toEqual([]);
  });

  it.each<readonly [string, Partial<Deployment>, string]>([
    [
      'a host of the policy that is not routed',
      { routes: READY.routes?.slice(1) },
      `lacks ${HOSTS[0]}`,
    ],
    ['no route', { routes: [] }, 'routes is empty'],
    ['another date', { compatibility_date: '2027-01-01' }, 'compatibility_date is 2027-01-01'],
    ['a flag', { compatibility_flags: ['nodejs_compat'] }, 'compatibility_flags has nodejs_compat'],
    ['a second name', { workers_dev: true }, 'workers_dev is not false'],
    ['previews, which are the default', { preview_urls: undefined }, 'preview_urls is not false'],
    ['logs of invocations', { observability: {} }, 'invocation_logs is not false'],
    ['no cron', { triggers: { crons: [] } }, 'triggers.crons is empty'],
    ['no namespace', { kv_namespaces: [] }, 'kv_namespaces has no SNAPSHOT'],
    ['a class without migration', { migrations: [] }, 'migrations make no QueryRadar'],
    [
      'a client certificate that is none',
      { mtls_certificates: [{ binding: 'SIGNER', certificate_id: '00000000-0000' }] },
      'mtls_certificates SIGNER is a placeholder',
    ],
    ['a bucket without name', { r2_buckets: [{ binding: 'B' }] }, 'r2_buckets B has no bucket'],
    [
      'a key that is none',
      { vars: { ...READY.vars, PUBLICATION_KEY: 'k' } },
      'vars.PUBLICATION_KEY is not what the Worker takes',
    ],
    [
      'a bound out of range',
      { vars: { ...READY.vars, MEMO_MAX_BYTES: '1' } },
      'vars.MEMO_MAX_BYTES is not what the Worker takes',
    ],
    [
      'a secret among the variables',
      { vars: { ...READY.vars, ALARM_WEBHOOK: 'https://x' } },
      'vars.ALARM_WEBHOOK is readable',
    ],
  ])('HTTP-14: %s is an error', (_what, change, message) => {
    expect(told(change)).toEqual([expect.stringMatching(`^error .*`)]);
    expect(told(change)[0]).toContain(message);
  });

  it('REQ-24: without the Durable Object it is a warning', () => {
    const without = { durable_objects: { bindings: [] } };
    expect(told(without)).toEqual(['warning durable_objects is empty']);
  });
});

describe('routes of a deployment', () => {
  it.each<readonly [string, Deployment['routes']]>([
    ['of zones', HOSTS.map((host) => `${host}/*`)],
    ['over http alone', HOSTS.map((host) => `http://${host}/*`)],
    ['with wildcards', ['*.ocsp.secomtrust.net/*', { pattern: 'repository.secomtrust.net/*' }]],
  ])('HTTP-14: routes %s that answer for every path are taken', (_what, routes) => {
    expect(told({ routes })).toEqual([]);
  });

  it.each<readonly [string, boolean | undefined]>([
    ['a.secomtrust.net', undefined],
    ['a.secomtrust.net/', undefined],
    ['a.secomtrust.net/crl/*', undefined],
    ['https://a.secomtrust.net/*', undefined],
    ['*.secomtrust.net', true],
    ['a.secomtrust.net/*', true],
  ])('HTTP-14: a route %s (custom_domain: %s) is an error', (pattern, custom_domain) => {
    const routes = [...(READY.routes ?? []), { pattern, custom_domain }];
    expect(told({ routes })).toEqual([
      `error routes has ${pattern}, which is not every path of a host over http`,
    ]);
  });
});
