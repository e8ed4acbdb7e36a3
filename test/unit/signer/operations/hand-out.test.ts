import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import type { Operations } from '../../../../signer/operations/operations.ts';
import { signerOperations } from '../../../../signer/operations/signer-operations.ts';
import { NO_OPERATORS } from '../../../support/no-operators.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { type PublisherUnderTest, startPublisher } from '../publisher/publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const ACTOR = { name: 'operator', spkiSha256: 'aa' };

let test: PublisherUnderTest;
let operations: Operations;

beforeAll(async () => {
  test = await startPublisher();
  must(await test.publisher.publish('changes'), 'first epoch');
  const deps = { publishWait: 20_000, sleep: () => new Promise<void>(() => undefined) };
  operations = signerOperations(test.context, test.publisher, { ...deps, ...NO_OPERATORS });
}, 60_000);
afterAll(() => test.close());

async function issue(name: string, more: { readonly wait?: boolean } = {}) {
  const key = [...NEW_KEY['P-256'], '-nodes', '-keyout', test.scratch.file(`${name}.key`)];
  const request = requestByOpenSSL(test.scratch, name, key);
  const subject = `C=JP, O=Example, CN=${name}`;
  const input = { authority: SUB_CA, profile: 'tsa', request, subject, ...more };
  return must(await operations.issueCertificate(input, ACTOR), 'issue');
}

/** What show and list give of it. */
async function handedOut(serialNumber: string): Promise<readonly boolean[]> {
  const shown = must(await operations.showCertificate(serialNumber), 'show');
  const listed = must(await operations.listCertificates({ limit: 1_000 }), 'list');
  const mine = listed.find((view) => view.serialNumber === serialNumber);
  return [shown, mine].map((view) => view?.certificate != null);
}

describeWithOpenSSL('a certificate that is issued without an application', () => {
  it('OPS-4: is given to whoever waits for its epoch', async () => {
    const issued = await issue('TSA 01');
    expect(issued.publication.state).toBe('published');
    expect(issued.certificate).toContain('BEGIN CERTIFICATE');
    expect(await handedOut(issued.serialNumber)).toEqual([true, true]);
  });

  it('OPS-4: is given by nothing while its epoch is not in the store', async () => {
    const reason = 'the store is away';
    test.kv.faults.push({ error: { code: 'kv-unreachable', reason }, persisted: 'lost' });
    const issued = await issue('TSA 02');
    expect(issued).toMatchObject({ certificate: null, publication: { state: 'due' } });
    expect(issued.publication.reason).toContain(reason);
    expect(await handedOut(issued.serialNumber)).toEqual([false, false]);
    must(await test.publisher.publish('changes'), 'publish');
    expect(await handedOut(issued.serialNumber)).toEqual([true, true]);
  });

  it('OPS-4: is given later when nobody waits', async () => {
    const issued = await issue('TSA 03', { wait: false });
    expect(issued).toMatchObject({ certificate: null, publication: { state: 'due' } });
    await test.settle(SUB_CA);
    expect(await handedOut(issued.serialNumber)).toEqual([false, false]);
    must(await test.publisher.publish('changes'), 'publish');
    expect(await handedOut(issued.serialNumber)).toEqual([true, true]);
  });
});
