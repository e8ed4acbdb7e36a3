import { readFileSync } from 'node:fs';
import { must } from '../../../../shared/result.ts';
import { pem } from '../../../../signer/issuance/pem.ts';
import { operatorOperations } from '../../../../signer/operations/operator-operations.ts';
import type { OperatorOperations } from '../../../../signer/operations/operator-views.ts';
import { makeOperatorCA } from '../../../../signer/operators/operator-ca.ts';
import {
  type OperatorTrust,
  readOperatorTrust,
} from '../../../../signer/operators/operator-trust.ts';
import { opensslOk } from '../../../support/openssl.ts';
import { KEYSTORE, type SignerUnderTest, startSigner } from '../issuance/signer-under-test.ts';

export const ACTOR = { name: 'root', spkiSha256: 'aa'.repeat(32) };

/** The operations on operators over a real context, with an operator CA of their own. */
export interface OperatorsUnderTest {
  readonly test: SignerUnderTest;
  readonly trust: OperatorTrust;
  readonly operations: OperatorOperations;
  /** Keys but whose connections were to be cut, in their order. */
  readonly dropped: string[];
  /** Operations that trust other CAs than the own one. */
  trusting(trust: OperatorTrust): OperatorOperations;
  /** Events of the audit log of this type. */
  audited(type: string): readonly Record<string, unknown>[];
}

export async function openOperators(): Promise<OperatorsUnderTest> {
  const test = await startSigner();
  // openssl makes certificates by the machine's clock, and this one stands: ahead of all of them.
  test.setClock(Math.floor(Date.now() / 1000) + 3_600);
  const { context } = test;
  const world = { door: context.door, randomBytes: context.randomBytes, now: context.clock() };
  const ca = must(await makeOperatorCA(world, KEYSTORE), 'operator CA');
  const trust = must(readOperatorTrust(pem('CERTIFICATE', ca.certificate), KEYSTORE), 'trust');
  test.scratch.write('operator-ca.pem', trust.pem);
  const dropped: string[] = [];
  const tools = {
    context,
    bringOut: () => Promise.reject(new Error('nothing is published')),
    auditRefusal: () => undefined,
    authorityNamed: () => {
      throw new Error('no authority is asked for');
    },
  };
  const trusting = (whose: OperatorTrust) =>
    operatorOperations(tools, { trust: whose, dropRevoked: (but) => dropped.push(but) });
  return {
    ...{ test, trust, dropped, trusting, operations: trusting(trust) },
    audited: (type) =>
      readFileSync(test.scratch.file('audit.log'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .filter((event) => event.type === type),
  };
}

/** DER of a request by openssl, with a P-256 key unless another is asked for. */
export function requestOf(
  { test }: OperatorsUnderTest,
  name: string,
  key: readonly string[] = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
): Uint8Array {
  const files = ['-keyout', test.scratch.file(`${name}.key`)];
  opensslOk([
    ...['req', '-new', '-newkey', ...key, '-nodes', ...files, '-subj', `/CN=${name}`],
    ...['-outform', 'DER', '-out', test.scratch.file(`${name}.csr`)],
  ]);
  return test.scratch.read(`${name}.csr`);
}
