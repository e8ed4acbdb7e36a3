import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { listOperators } from '../../../../signer/database/operator-table.ts';
import type { OperatorView } from '../../../../signer/operations/operator-views.ts';
import { readOperatorTrust } from '../../../../signer/operators/operator-trust.ts';
import { describeWithOpenSSL, openssl, opensslOk } from '../../../support/openssl.ts';
import { refusalOf } from '../issuance/signer-under-test.ts';
import {
  ACTOR,
  type OperatorsUnderTest,
  openOperators,
  requestOf,
} from './operators-under-test.ts';

let all: OperatorsUnderTest;

const open = async (): Promise<void> => {
  all = await openOperators();
};
const close = (): Promise<void> => all.test.close();

const OFFICER = ['registration-officer'] as const;

async function add(
  person: string,
  request: Uint8Array = requestOf(all, person),
): Promise<OperatorView> {
  const input = { person, roles: OFFICER, key: { request } };
  return must(await all.operations.addOperator(input, ACTOR), `add ${person}`);
}

describeWithOpenSSL('a person who is added with a request', () => {
  beforeAll(open);
  afterAll(close);

  it('CP 5.2.1: has a certificate that openssl verifies for a TLS client, and is on record', async () => {
    const view = await add('dave');
    expect(view).toMatchObject({ person: 'dave', roles: OFFICER, state: 'active' });
    const [key] = view.keys;
    const file = all.test.scratch.write('dave.pem', key?.certificate ?? '');
    const ca = all.test.scratch.file('operator-ca.pem');
    const at = ['-attime', String(all.test.context.clock())];
    const purpose = ['-purpose', 'sslclient', '-x509_strict', ...at];
    const verified = openssl(['verify', '-CAfile', ca, ...purpose, file]);
    expect(verified.text).toContain('OK');
    const text = openssl(['x509', '-in', file, '-noout', '-subject', '-pubkey']).text;
    expect(text).toMatch(/subject=CN ?= ?dave/);
    const own = openssl(['pkey', '-in', all.test.scratch.file('dave.key'), '-pubout']).text;
    expect(text).toContain(own.trim());
    expect(all.audited('operator-added')).toMatchObject([
      { person: 'dave', spkiSha256: key?.spkiSha256, roles: OFFICER, actor: 'root' },
    ]);
  });

  it('ADR 18: the same once more, because the answer was lost, changes nothing', async () => {
    const request = requestOf(all, 'erin');
    const first = await add('erin', request);
    expect(await add('erin', request)).toEqual(first);
    expect(all.audited('operator-added').filter(({ person }) => person === 'erin')).toHaveLength(1);
  });

  it('ADR 18: of two at once with one name or one key, one is refused', async () => {
    const key = { request: requestOf(all, 'frank') };
    const asked = ['frank', 'Frank', 'grace'].map((person) =>
      all.operations.addOperator({ person, roles: OFFICER, key }, ACTOR),
    );
    expect((await Promise.all(asked)).map(refusalOf)).toEqual([
      ...['accepted', 'operator-exists', 'operator-key-taken'],
    ]);
  });
});

describeWithOpenSSL('a person who is not added', () => {
  beforeAll(open);
  afterAll(close);

  it.each([
    ['roles', [], 'at least one role'],
    ['roles', ['auditor', 'system-manager'], 'an auditor has no other role'],
  ] as const)('CP 5.2.4: %s %j are refused: %s', async (_, roles, reason) => {
    const input = { person: 'heidi', roles, key: { request: requestOf(all, 'heidi') } };
    const refused = await all.operations.addOperator(input, ACTOR);
    expect(refused).toMatchObject({ ok: false, error: { code: 'operator-roles-refused' } });
    expect(JSON.stringify(refused)).toContain(reason);
  });

  it.each([
    ['an RSA key', 'rsa:2048'],
    ['another curve', 'P-384'],
  ] as const)('CRT-4: %s is refused, for the profile has P-256', async (_, kind) => {
    const key = kind === 'P-384' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] : [kind];
    const input = { person: 'ivan', roles: OFFICER, key: { request: requestOf(all, 'ivan', key) } };
    expect(refusalOf(await all.operations.addOperator(input, ACTOR))).toMatch(
      'request-refused CRT-4',
    );
  });

  it('CSR-1: a request that the key did not sign is refused, and nobody is on record', async () => {
    const request = requestOf(all, 'judy');
    const broken = Uint8Array.from(request);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const input = { person: 'judy', roles: OFFICER, key: { request: broken } };
    expect(refusalOf(await all.operations.addOperator(input, ACTOR))).toMatch(/^request-refused/);
    expect(listOperators(all.test.context.db, 'judy')).toEqual([]);
  });
});

const CLIENT = 'extendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:FALSE\n';

/** DER of a certificate by openssl under a CA of its own, `elsewhere`. */
function certificateOf(name: string, subject: string, extensions: string, days = '2'): Uint8Array {
  const { scratch } = all.test;
  const file = (ending: string) => scratch.file(`${name}.${ending}`);
  requestOf(all, name);
  opensslOk([
    ...['x509', '-req', '-inform', 'DER', '-in', file('csr'), '-subj', subject, '-days', days],
    ...['-CA', scratch.file('elsewhere.pem'), '-CAkey', scratch.file('elsewhere.key')],
    ...[
      '-extfile',
      scratch.write(`${name}.ext`, extensions),
      '-outform',
      'DER',
      '-out',
      file('der'),
    ],
  ]);
  return scratch.read(`${name}.der`);
}

function makeElsewhere(): void {
  const file = (ending: string) => all.test.scratch.file(`elsewhere.${ending}`);
  opensslOk([
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', file('key'), '-subj', '/CN=elsewhere', '-days', '2', '-out', file('pem')],
  ]);
}

describeWithOpenSSL('an operator CA that is elsewhere', () => {
  beforeAll(async () => {
    await open();
    makeElsewhere();
  });
  afterAll(close);

  const elsewhere = () => {
    const text = new TextDecoder().decode(all.test.scratch.read('elsewhere.pem'));
    return all.trusting(must(readOperatorTrust(text, null), 'trust'));
  };
  const addTo = (
    operations: ReturnType<typeof elsewhere>,
    person: string,
    certificate: Uint8Array,
  ) => operations.addOperator({ person, roles: OFFICER, key: { certificate } }, ACTOR);

  it('ADR 18: its certificate is taken under the name that is given, and is refused by the own CA', async () => {
    const certificate = certificateOf('dave', '/O=Example/CN=Dave Ops', CLIENT);
    expect(refusalOf(await addTo(all.operations, 'dave', certificate))).toBe(
      'operator-certificate-refused',
    );
    const added = must(await addTo(elsewhere(), 'dave', certificate), 'added');
    expect(added).toMatchObject({ person: 'dave', state: 'active' });
  });

  it('ADR 18: a request is refused there, for its key is not here', async () => {
    const input = { person: 'erin', roles: OFFICER, key: { request: requestOf(all, 'erin') } };
    expect(refusalOf(await elsewhere().addOperator(input, ACTOR))).toBe('operator-ca-elsewhere');
  });

  it.each([
    ['of a server', '/CN=x', 'extendedKeyUsage=serverAuth\n', '2'],
    ['without a purpose', '/CN=x', 'basicConstraints=critical,CA:FALSE\n', '2'],
    ['of a CA', '/CN=x', 'basicConstraints=critical,CA:TRUE\nextendedKeyUsage=clientAuth\n', '2'],
    ['that has ended', '/CN=x', CLIENT, '-1'],
    ['of an edge', '/OU=inkan-edge/CN=x', CLIENT, '2'],
    ['without a name', '/O=Example', CLIENT, '2'],
  ])('ADR 18: a certificate %s is refused', async (_, subject, extensions, days) => {
    const certificate = certificateOf('wrong', subject, extensions, days);
    expect(refusalOf(await addTo(elsewhere(), 'mallory', certificate))).toBe(
      'operator-certificate-refused',
    );
  });

  it('ADR 18: octets after a certificate, or none at all, are refused', async () => {
    const certificate = certificateOf('frank', '/CN=frank', CLIENT);
    for (const wrong of [
      Uint8Array.of(...certificate, 0),
      Uint8Array.of(0x30, 0),
      new Uint8Array(0),
    ])
      expect(refusalOf(await addTo(elsewhere(), 'frank', wrong))).toBe(
        'operator-certificate-refused',
      );
    expect(refusalOf(await addTo(elsewhere(), 'frank', certificate))).toBe('accepted');
  });
});
