import { readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { listUncertifiedKeys } from '../../../../signer/database/responder-key-table.ts';
import { newestResponder, respondersOf } from '../../../../signer/database/responder-table.ts';
import { countAnswersBy } from '../../../../signer/database/withdrawal-table.ts';
import { makeResponder } from '../../../../signer/ocsp/make-responder.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { runRound } from '../../../../signer/schedule.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { KEYSTORE, refusalOf } from '../issuance/signer-under-test.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from '../publisher/publisher-under-test.ts';
import { type FlakySigner, withFlakyKeystore } from '../settlement/flaky-keystore.ts';

const CA = 'time-stamping-ca';

/** Thrown at a checkpoint: from there on nothing of the act is done, as after kill -9. */
class Stopped extends Error {}

let test: PublisherUnderTest;
let flaky: FlakySigner;

beforeAll(async () => {
  test = await startPublisher();
  flaky = await withFlakyKeystore(test);
  insertCertificates(test, 3);
  await round();
}, 180_000);
afterAll(async () => {
  await flaky.close();
  await test.close();
});
beforeEach(() => {
  flaky.flaw = 'none';
});

async function round(): Promise<void> {
  expect(await runRound(test.context, test.publisher)).toBeNull();
}

function rotate(context: SignerContext = test.context) {
  return makeResponder(context, test.authority(CA), context.clock(), 'alice');
}

function stoppingAt(place: string): SignerContext {
  const checkpoint = (reached: string) => {
    if (reached === place) throw new Stopped(place);
  };
  return { ...test.context, checkpoint };
}

function newest() {
  const row = newestResponder(test.context.db, test.authority(CA).row.id);
  if (!row) throw new Error('no responder');
  return row;
}

/** Labels of this CA's responder keys in the keystore. */
function keyFiles(): readonly string[] {
  return readdirSync(test.scratch.file('keys'))
    .filter((file) => file.startsWith(`${CA}-ocsp-`))
    .map((file) => file.split('.', 1)[0] ?? '')
    .sort();
}

function certifiedLabels(): readonly string[] {
  const rows = respondersOf(test.context.db, test.authority(CA).row.id);
  return rows.map(({ keyLabel }) => keyLabel).sort();
}

describe('a rotation that was asked for', { timeout: 60_000 }, () => {
  it('RSP-36: makes a new key and certificate, and from then on the new one signs', async () => {
    const before = newest();
    const made = must(await rotate(), 'rotation');
    expect(made.keyLabel).not.toBe(before.keyLabel);
    expect(made.spki).not.toEqual(before.spki);
    expect(newest().id).toBe(made.id);
    await round();
    const [serial = ''] = insertCertificates(test, 1);
    await round();
    const keyOf = (at: string) =>
      findPublished(test, publishedIssuer(test, CA), at)?.responder.certificate;
    expect(keyOf(serial)).toEqual(made.certificate);
    expect(keyOf(serialNumberText(certificateOf(made.certificateId)))).toEqual(made.certificate);
  });

  it('RSP-36: what the old one signed stays published, and is renewed by the new one on schedule', async () => {
    const old = newest();
    const [serial = ''] = insertCertificates(test, 1);
    await round();
    const answers = countAnswersBy(test.context.db, old.id);
    const made = must(await rotate(), 'rotation');
    await round();
    expect(countAnswersBy(test.context.db, old.id)).toBe(answers);
    const published = () => findPublished(test, publishedIssuer(test, CA), serial);
    expect(published()?.responder.certificate).toEqual(old.certificate);
    test.setClock(test.context.clock() + 3 * 86_400 + 1);
    await round();
    expect(countAnswersBy(test.context.db, old.id)).toBe(0);
    expect(published()?.responder.certificate).toEqual(made.certificate);
  });

  it('CRL-6: the certificate of the new responder is an issuance, so a new CRL follows it', async () => {
    const crls = () => test.context.db.get('SELECT max(crl_number) AS n FROM crl')?.['n'];
    const before = Number(crls());
    must(await rotate(), 'rotation');
    await round();
    expect(Number(crls())).toBe(before + 1);
  });
});

function certificateOf(id: number) {
  const row = certificateById(test.context.db, id);
  if (!row) throw new Error(`no certificate ${id}`);
  return row.serialNumber;
}

const STOPS = [
  'responder: key announced',
  'responder: key generated',
  'certify: reserved',
  'certify: signed',
] as const;

describe('a rotation that is stopped', { timeout: 60_000 }, () => {
  it.each(STOPS)(
    'RSP-36: at "%s" its key is on record and the next rotation takes it up',
    async (place) => {
      const before = newest();
      await expect(rotate(stoppingAt(place))).rejects.toThrow(Stopped);
      const [pending] = listUncertifiedKeys(test.context.db);
      expect(pending).toMatchObject({ state: 'pending', keystore: KEYSTORE, begunBy: 'alice' });
      expect(newest().id).toBe(before.id);
      // A restart gives up what was reserved.
      test.context.db.transaction((tx) =>
        tx.run("UPDATE certificate SET state = 'abandoned' WHERE state = 'reserved'"),
      );
      const made = must(await rotate(), 'rotation');
      expect(made.keyLabel).toBe(pending?.keyLabel);
      expect(listUncertifiedKeys(test.context.db)).toEqual([]);
      expect(keyFiles()).toEqual(certifiedLabels());
    },
  );

  it('RSP-36: after "responder: recorded" it is done: the next round settles and publishes it', async () => {
    const before = newest();
    await expect(rotate(stoppingAt('responder: recorded'))).rejects.toThrow(Stopped);
    expect(newest().id).not.toBe(before.id);
    await round();
    const serial = serialNumberText(certificateOf(newest().certificateId));
    expect(findPublished(test, publishedIssuer(test, CA), serial)?.certStatus.status).toBe('good');
    expect(listUncertifiedKeys(test.context.db)).toEqual([]);
  });

  it.each(['gone', 'wrong-signature'] as const)(
    'RSP-36: by a CA key that is %s, it leaves no key behind: the same one is certified later',
    async (flaw) => {
      const files = keyFiles().length;
      flaky.flaw = flaw;
      for (let i = 0; i < 3; i++)
        expect(refusalOf(await rotate(flaky.context))).toBe('signing-failed');
      expect(keyFiles().length).toBe(files + 1);
      flaky.flaw = 'none';
      must(await rotate(flaky.context), 'rotation');
      expect(keyFiles()).toEqual(certifiedLabels());
    },
  );

  it('RSP-36: a key that is left but damaged is given up, told, and another one made', async () => {
    await expect(rotate(stoppingAt('responder: key generated'))).rejects.toThrow(Stopped);
    const [{ keyLabel } = { keyLabel: '' }] = listUncertifiedKeys(test.context.db);
    writeFileSync(test.scratch.file(`keys/${keyLabel}.key.pem`), 'half a key');
    const fresh = await withFlakyKeystore(test);
    const made = must(await rotate(fresh.context), 'rotation');
    await fresh.close();
    expect(made.keyLabel).not.toBe(keyLabel);
    expect(listUncertifiedKeys(test.context.db)).toMatchObject([{ keyLabel, state: 'unusable' }]);
    const audit = Buffer.from(test.scratch.read('audit.log')).toString();
    expect(audit).toContain(
      `"type":"responder-key-given-up","keystore":"${KEYSTORE}","keyLabel":"${keyLabel}"`,
    );
  });
});

describe('a responder whose key is compromised', { timeout: 60_000 }, () => {
  it('RFC 6960 4.2.2.2.1: once its certificate is revoked, another signs all that it had signed, at once', async () => {
    const serials = insertCertificates(test, 5);
    await round();
    const old = newest();
    expect(countAnswersBy(test.context.db, old.id)).toBeGreaterThanOrEqual(5);
    const serialNumber = serialNumberText(certificateOf(old.certificateId));
    const input = { serialNumber, authority: CA, reason: 'keyCompromise' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revocation');
    await round();
    expect(countAnswersBy(test.context.db, old.id)).toBe(0);
    const issuer = publishedIssuer(test, CA);
    for (const serial of [...serials, serialNumber]) {
      expect(findPublished(test, issuer, serial)?.responder.certificate).toEqual(
        newest().certificate,
      );
    }
    expect(findPublished(test, issuer, serialNumber)?.certStatus).toMatchObject({
      status: 'revoked',
      revocationReason: 1,
    });
  });

  it('RSP-36: a responder with a successor never signs again, also when the successor is revoked', async () => {
    const old = newest();
    const second = must(await rotate(), 'rotation');
    await round();
    const serialNumber = serialNumberText(certificateOf(second.certificateId));
    const input = { serialNumber, authority: CA, reason: 'keyCompromise' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revocation');
    await round();
    expect(newest().id).not.toBe(old.id);
    expect(newest().id).not.toBe(second.id);
  });
});
