import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Operations } from '../../../../signer/operations/operations.ts';
import { signerOperations } from '../../../../signer/operations/signer-operations.ts';
import { NO_OPERATORS } from '../../../support/no-operators.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { type PublisherUnderTest, startPublisher } from '../publisher/publisher-under-test.ts';

const ACTOR = { name: 'T. Abe', spkiSha256: 'aa' };

let test: PublisherUnderTest;
let operations: Operations;

beforeAll(async () => {
  test = await startPublisher();
  const deps = { publishWait: 20_000, sleep: () => new Promise<void>(() => undefined) };
  operations = signerOperations(test.context, test.publisher, { ...deps, ...NO_OPERATORS });
}, 60_000);
afterAll(() => test.close());

function lastEvent(): unknown {
  const lines = readFileSync(test.context.audit.path, 'utf8').trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '');
}

describeWithOpenSSL('what is refused', () => {
  it('CP 5.4.1: is on record with who asked, for what, and the check that refused it', async () => {
    const key = [...NEW_KEY['P-256'], '-nodes', '-keyout', test.scratch.file('bad.key')];
    const request = requestByOpenSSL(test.scratch, 'bad', key);
    const input = { authority: 'time-stamping-ca', profile: 'tsa', request };
    const issued = await operations.issueCertificate({ ...input, subject: 'C=JPN, CN=TSA' }, ACTOR);
    expect(issued.ok).toBe(false);
    expect(lastEvent()).toMatchObject({
      ...{ type: 'refusal', operation: 'certificate issue', code: 'subject-refused' },
      ...{ checks: [expect.stringMatching(/^C/)], actor: 'T. Abe' },
    });
    expect(JSON.stringify(lastEvent())).not.toContain('JPN');
  });

  it('CP 5.4.1: of a responder, before it comes to its authority', async () => {
    expect((await operations.rotateResponder({ authority: 'nobody' }, ACTOR)).ok).toBe(false);
    expect(lastEvent()).toMatchObject({
      ...{ type: 'refusal', operation: 'responder rotate', code: 'authority-unknown' },
      authority: 'nobody',
    });
  });

  it('CP 5.4.1: of a list of weak keys, when the clock is wrong', async () => {
    const now = test.context.clock();
    test.context.db.transaction((tx) =>
      tx.run(
        "INSERT INTO setting (name, value) VALUES ('last-seen-clock', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        String(now + 3_600),
      ),
    );
    const list = { list: 'mine', key: 'RSA-2048', width: 10, fingerprints: new Uint8Array(10) };
    expect((await operations.addWeakKeys(list as never, ACTOR)).ok).toBe(false);
    expect(lastEvent()).toMatchObject({ operation: 'weak-keys import', code: 'clock-went-back' });
  });
});
