import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RevocationRequestPage } from '../../signer/cli/revocation-view-decoders.ts';
import type { RevocationRequestView } from '../../signer/operations/revocation-request-views.ts';
import type { StatusView } from '../../signer/operations/views.ts';
import { eventually, type Hierarchy, SUB_CA, startHierarchy } from '../support/hierarchy.ts';
import { ScratchDirectory } from '../support/openssl.ts';
import { crlEntries, ocspStatus } from '../support/openssl-text.ts';
import { fetchBody, issueTarget, type Target } from '../support/revocation-watch.ts';
import { makeSecondOperator, type SecondOperator } from '../support/second-operator.ts';
import { describeWithTools } from '../support/tools.ts';

const DAY_MS = 86_400_000;

let pki: Hierarchy;
let target: Target;
let emergency: Target;
let second: SecondOperator;

beforeAll(async () => {
  pki = await startHierarchy({ keys: 'fast' });
  const scratch = new ScratchDirectory();
  target = await issueTarget(pki, scratch, 'asked-for');
  emergency = await issueTarget(pki, scratch, 'emergency');
  second = await makeSecondOperator(pki.ca);
});
afterAll(() => pki?.close());

const crlURL = () => `${pki.ca.edge}/crl/${SUB_CA}.crl`;
const reasonsURL = () => `${pki.ca.edge}/crl/${SUB_CA}.reasons.txt`;

const newRequest = (serial: string) =>
  pki.ca.inkanJSON<RevocationRequestView>(
    ...['revocation', 'new', '--serial', serial, '--reason', 'cessationOfOperation'],
    ...['--ground', 'subscriber-request', '--requested-by', 'T. Sato', '--channel', 'post'],
    ...['--description', 'the service ends', '--received', target.certificate.view.notBefore],
  );

const show = (number: number) =>
  pki.ca.inkanJSON<RevocationRequestView>('revocation', 'show', String(number));

/** The CRL and its reasons of one epoch: the file names the CRL by its hash. */
async function crlWithReasons(): Promise<{ readonly crl: Uint8Array; readonly reasons: string }> {
  for (;;) {
    const crl = await fetchBody(crlURL());
    const reasons = Buffer.from(await fetchBody(reasonsURL())).toString('utf8');
    if (Buffer.from(await fetchBody(crlURL())).equals(crl)) return { crl, reasons };
  }
}

const lineOf = (reasons: string, serial: string) =>
  reasons.split('\n').find((line) => line.startsWith(`${serial} `));

/** The request that goes all the way; the tests follow it in their order. */
let number = 0;

describeWithTools('a request for a revocation', ['openssl'], () => {
  it('OPS-1: its deadline is in the answer and in the status, and nothing is revoked yet', async () => {
    const request = await newRequest(target.certificate.serialNumber);
    number = request.number;
    const due = new Date(Date.parse(request.receivedAt) + DAY_MS).toISOString().slice(0, 19);
    expect(request.deadlines).toContainEqual(
      expect.objectContaining({ duty: 'revoke', due: `${due}Z`, met: null }),
    );
    const { revocations } = await pki.ca.inkanJSON<StatusView>('status');
    expect(revocations.deadlines).toContainEqual(
      expect.objectContaining({ request: number, duty: 'revoke', due: `${due}Z` }),
    );
    expect((await pki.show(target.certificate.serialNumber)).status).toBe('good');
  });

  it('CP 3.4: who recorded it cannot approve it, and what is not approved is not executed', async () => {
    const verified = ['--verified', 'called back'];
    const alone = await pki.ca.inkan('revocation', 'approve', String(number), ...verified);
    expect([alone.status, alone.stderr]).toEqual([1, expect.stringContaining('second-person')]);
    const early = await pki.ca.inkan('revocation', 'execute', String(number), '--yes');
    expect([early.status, early.stderr]).toEqual([1, expect.stringContaining('approve')]);
    await pki.ca.inkanJSON('revocation', 'investigate', String(number), '--note', 'T. Abe');
    const approved = await second<RevocationRequestView>(
      ...['revocation', 'approve', String(number), ...verified],
    );
    expect([approved.state, approved.events.at(-1)?.person]).toEqual(['approved', 'second']);
  });

  it('CP 4.9.13: without a yes nothing is done', async () => {
    const unsure = await pki.ca.inkan('revocation', 'execute', String(number));
    expect([unsure.status, unsure.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect((await show(number)).state).toBe('approved');
  });

  it('RSP-10: executed it is revoked at the edge, and the deadline is met when its epoch is out', async () => {
    await pki.ca.inkanJSON('revocation', 'execute', String(number), '--yes');
    await eventually(async () => (await show(number)).publication?.state === 'published');
    const { serialNumber } = target.certificate;
    await eventually(async () => crlEntries(await fetchBody(crlURL())).has(serialNumber));
    const expected = crlEntries(await fetchBody(crlURL())).get(serialNumber);
    expect(expected?.reason).toBe('cessationOfOperation');
    for (const request of target.requests)
      expect(ocspStatus(await fetchBody(pki.ca.edge, request))).toEqual(expected);
    const { deadlines, state } = await show(number);
    expect(state).toBe('executed');
    expect(deadlines.every(({ met, due }) => met !== null && met <= due)).toBe(true);
  });
});

describeWithTools('what follows from its execution', ['openssl'], () => {
  it('CRL-17: the reasons beside the CRL are of the same epoch and say the same', async () => {
    const { serialNumber } = target.certificate;
    const { crl, reasons } = await crlWithReasons();
    const stated = crlEntries(crl).get(serialNumber);
    const hash = createHash('sha256').update(crl).digest('hex');
    expect(reasons).toContain(`# SHA-256 of the CRL: ${hash}\n`);
    const { recordedAt } = (await show(number)).events.reduce(
      (found, { step, at }) => (step === 'execute' ? { recordedAt: at } : found),
      { recordedAt: '' },
    );
    expect(lineOf(reasons, serialNumber)).toBe(
      `${serialNumber} ${stated?.reason} ${stated?.revocationDate} ${recordedAt}`,
    );
  });

  it('CRL-17: a browser shows them as text, and caches keep them no longer than the CRL', async () => {
    const [crl, reasons] = await Promise.all([fetch(crlURL()), fetch(reasonsURL())]);
    expect(reasons.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    for (const name of ['last-modified', 'cache-control'])
      expect(reasons.headers.get(name)).toBe(crl.headers.get(name));
    await Promise.all([crl.arrayBuffer(), reasons.arrayBuffer()]);
  });

  it('CP 4.9.13: it can be executed again without effect, and not be cancelled', async () => {
    const before = await show(number);
    await pki.ca.inkanJSON('revocation', 'execute', String(number), '--yes');
    expect((await show(number)).events).toEqual(before.events);
    const cancelled = await pki.ca.inkan('revocation', 'cancel', String(number), '--note', 'x');
    expect([cancelled.status, cancelled.stderr]).toEqual([1, expect.stringContaining('executed')]);
  });
});

describeWithTools('an emergency', ['openssl'], () => {
  it('CP 4.9.3: a revocation at once is in the register, marked, and can be explained later', async () => {
    const { serialNumber } = emergency.certificate;
    const { request } = await pki.revoke(serialNumber, 'keyCompromise', '--description', 'leaked');
    const noted = await second<RevocationRequestView>(
      ...['revocation', 'note', String(request), '--note', 'papers in folder 12'],
    );
    expect(noted).toMatchObject({
      origin: 'emergency',
      state: 'executed',
      description: 'leaked',
      revoked: 1,
    });
    expect(noted.events.at(-1)).toMatchObject({ step: 'note', person: 'second' });
    const { requests, next } = await pki.ca.inkanJSON<RevocationRequestPage>(
      ...['revocation', 'list', '--serial', serialNumber],
    );
    expect([requests.map(({ number }) => number), next]).toEqual([[request], null]);
    await eventually(async () => {
      const { reasons } = await crlWithReasons();
      return lineOf(reasons, serialNumber)?.includes(' keyCompromise ') ?? false;
    });
  });

  it('ADR 5: the list is in pages, the newest first', async () => {
    const page = await pki.ca.inkanJSON<RevocationRequestPage>(
      'revocation',
      'list',
      '--limit',
      '1',
    );
    expect(page.next).toBe(page.requests[0]?.number);
    const rest = await pki.ca.inkanJSON<RevocationRequestPage>(
      ...['revocation', 'list', '--after', String(page.next)],
    );
    expect(rest.requests[0]?.number).toBe((page.next ?? 0) - 1);
  });
});
