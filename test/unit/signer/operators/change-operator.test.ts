import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds } from '../../../../shared/time.ts';
import { listOperators } from '../../../../signer/database/operator-table.ts';
import type { OperatorView } from '../../../../signer/operations/operator-views.ts';
import { endingAlarm, endingCertificates } from '../../../../signer/operators/ending.ts';
import { operatorRegister } from '../../../../signer/operators/register.ts';
import { ACTING_ROLES } from '../../../../signer/operators/roles.ts';
import { takeOverOperators } from '../../../../signer/operators/take-over.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
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

async function add(person: string, ...roles: OperatorView['roles']): Promise<string> {
  const input = { person, roles, key: { request: requestOf(all, person) } };
  return keyAt(must(await all.operations.addOperator(input, ACTOR), person), 0);
}

const keyAt = ({ keys }: OperatorView, at: number): string => keys.at(at)?.spkiSha256 ?? '';

/** What a request with this key is told now. */
function letIn(key: string): string {
  const { db, audit, clock } = all.test.context;
  const holder = operatorRegister(db, audit).holderOf(key, clock());
  return holder.ok ? holder.value.roles.join(' ') : holder.error.code;
}

const revoke = (person: string, spkiSha256?: string) =>
  all.operations.revokeOperator(
    { person, reason: 'a test', ...(spkiSha256 === undefined ? {} : { spkiSha256 }) },
    ACTOR,
  );

describeWithOpenSSL('a change of the operators', () => {
  beforeAll(open);
  afterAll(close);

  it('ADR 18: revoking shuts every key out, is on record, and asks for open connections to be cut', async () => {
    const key = await add('bob', 'registration-officer');
    expect(letIn(key)).toBe('registration-officer');
    const view = must(await revoke('bob'), 'revoked');
    expect(view.keys[0]?.revoked).toMatchObject({ by: 'root', reason: 'a test' });
    expect(letIn(key)).toBe('client-certificate-revoked');
    expect(all.dropped.at(-1)).toBe(ACTOR.spkiSha256);
    expect(all.audited('operator-revoked')).toMatchObject([
      { person: 'bob', spkiSha256: key, reason: 'a test', actor: 'root' },
    ]);
    expect(refusalOf(await revoke('bob'))).toBe('operator-key-state');
  });

  it('ADR 18: a restored key has the roles of today, and one that is not revoked is not restored', async () => {
    const key = listOperators(all.test.context.db, 'bob')[0]?.spkiSha256 ?? '';
    const roles = { person: 'bob', roles: ['system-operator'] } as const;
    must(await all.operations.setOperatorRoles(roles, ACTOR), 'roles');
    expect(letIn(key)).toBe('client-certificate-revoked');
    const restore = { person: 'bob', spkiSha256: key };
    must(await all.operations.restoreOperator(restore, ACTOR), 'restored');
    expect(letIn(key)).toBe('system-operator');
    expect(refusalOf(await all.operations.restoreOperator(restore, ACTOR))).toBe(
      'operator-key-state',
    );
    expect(all.audited('operator-restored')).toMatchObject([{ roles: ['system-operator'] }]);
    expect(all.audited('operator-roles')).toMatchObject([{ person: 'bob' }]);
  });

  it.each(['keep', 'end'] as const)(
    'ADR 18: renewed with `%s`, one person has two keys',
    async (oldKeys) => {
      const person = `renewed-${oldKeys}`;
      const old = await add(person, 'auditor');
      const key = { request: requestOf(all, `${person}-2`) };
      const asked = { person, key, oldKeys };
      const view = must(await all.operations.renewOperator(asked, ACTOR), 'renewed');
      expect(view).toMatchObject({ person, roles: ['auditor'], state: 'active' });
      expect(letIn(keyAt(view, 1))).toBe('auditor');
      expect(letIn(old)).toBe(oldKeys === 'keep' ? 'auditor' : 'client-certificate-revoked');
      expect(must(await all.operations.renewOperator(asked, ACTOR), 'again')).toEqual(view);
    },
  );

  it('ADR 18: one key of two is revoked alone, and somebody whose keys are gone is renewed', async () => {
    const { keys } = must(await all.operations.showOperator('renewed-keep'), 'shown');
    const [first = '', second = ''] = keys.map(({ spkiSha256 }) => spkiSha256);
    must(await revoke('renewed-keep', second), 'one key');
    expect([letIn(first), letIn(second)]).toEqual(['auditor', 'client-certificate-revoked']);
    must(await revoke('renewed-keep'), 'the other');
    const key = { request: requestOf(all, 'renewed-3') };
    const input = { person: 'renewed-keep', key, oldKeys: 'keep' } as const;
    expect(must(await all.operations.renewOperator(input, ACTOR), 'new').state).toBe('active');
  });
});

describeWithOpenSSL('a change that is refused', () => {
  beforeAll(open);
  afterAll(close);

  it('ADR 18: the last who can change the operators is neither revoked nor given other roles', async () => {
    const manager = await add('alice', 'system-manager');
    expect(refusalOf(await revoke('alice'))).toBe('operator-needed');
    const officer = { person: 'alice', roles: ['registration-officer'] } as const;
    expect(refusalOf(await all.operations.setOperatorRoles(officer, ACTOR))).toBe(
      'operator-needed',
    );
    expect(letIn(manager)).toBe('system-manager');
    await add('carol', 'pki-administrator');
    expect(refusalOf(await revoke('alice'))).toBe('accepted');
    expect(refusalOf(await revoke('carol'))).toBe('operator-needed');
  });

  it('ADR 18: who is not on record, and a key that is not theirs, is said', async () => {
    expect(refusalOf(await revoke('zoe'))).toBe('operator-unknown');
    const [other] = listOperators(all.test.context.db, 'alice');
    expect(refusalOf(await revoke('carol', other?.spkiSha256 ?? ''))).toBe('operator-key-unknown');
    expect(refusalOf(await all.operations.showOperator('Carol'))).toBe('operator-unknown');
  });
});

const DAY = 86_400;

describeWithOpenSSL('an operator certificate that ends', () => {
  beforeAll(open);
  afterAll(close);

  it('ADR 18: is warned of within 30 days, again a day later, and shuts out after its end', async () => {
    const key = await add('alice', 'system-manager');
    await add('bob', 'auditor');
    must(await revoke('bob'), 'revoked: nobody has to renew him');
    const { context } = all.test;
    const [row] = listOperators(context.db, 'alice');
    const end = row?.notAfter ?? context.clock();
    const server = { spkiSha256: 'bb', notAfter: addSeconds(end, 40 * DAY) };
    const logged: object[] = [];
    const ring = endingAlarm(context, server, (event) => logged.push(event));
    all.test.setClock(end - 31 * DAY);
    ring();
    expect(logged).toEqual([]);
    all.test.setClock(end - 29 * DAY);
    ring();
    ring();
    expect(logged).toMatchObject([{ type: 'certificate-ends', person: 'alice', daysLeft: 29 }]);
    all.test.setClock(end - 28 * DAY);
    ring();
    expect(logged).toHaveLength(2);
    const now = all.test.setClock(end + 11 * DAY);
    expect(endingCertificates(context, server, now)).toMatchObject([
      { person: 'alice', daysLeft: -11 },
      { person: null, daysLeft: 29 },
    ]);
    expect(letIn(key)).toBe('client-certificate-ended');
  });
});

describeWithOpenSSL('a state from before the register', () => {
  beforeEach(open);
  afterAll(close);

  it('ADR 18: takes its own operators in once, with every role but the auditor, and nobody else', async () => {
    const { db, audit, clock } = all.test.context;
    const made = must(
      await all.operations.addOperator(
        { person: 'alice', roles: ACTING_ROLES, key: { request: requestOf(all, 'alice') } },
        ACTOR,
      ),
      'a certificate of the operator CA',
    );
    db.transaction((tx) => tx.run('DELETE FROM operator'));
    const stranger = await openOperators();
    const other = {
      person: 'mallory',
      roles: ACTING_ROLES,
      key: { request: requestOf(stranger, 'm') },
    };
    const foreign = must(await stranger.operations.addOperator(other, ACTOR), 'of another CA');
    await stranger.test.close();
    for (const [folder, view] of [
      ['alice', made],
      ['copy', made],
      ['mallory', foreign],
    ] as const) {
      mkdirSync(all.test.scratch.file(`operators/${folder}`), { recursive: true });
      all.test.scratch.write(`operators/${folder}/cert.pem`, view.keys[0]?.certificate ?? '');
    }
    mkdirSync(all.test.scratch.file('operators/empty'));
    const parts = { db, audit, trust: all.trust, now: clock() };
    expect(takeOverOperators(all.test.scratch.path, parts)).toEqual(['alice']);
    expect(letIn(keyAt(made, 0))).toBe(ACTING_ROLES.join(' '));
    expect(all.audited('operator-added').at(-1)).toMatchObject({ person: 'alice', actor: 'start' });
    expect(takeOverOperators(all.test.scratch.path, parts)).toEqual([]);
  });
});
