import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../../shared/time.ts';
import type { RevokeCertificateInput } from '../../../../signer/operations/operations.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { insertCertificates } from '../publisher/publisher-under-test.ts';

let test: SignerUnderTest;

beforeAll(async () => {
  test = await startHierarchy();
}, 60_000);
afterAll(() => test.close());

/** A certificate that was never revoked. */
function good(): string {
  return insertCertificates(test, 1)[0] ?? '';
}

function revoke(input: Omit<RevokeCertificateInput, 'reason'> & Partial<RevokeCertificateInput>) {
  return revokeCertificate(test.context, { reason: 'keyCompromise', ...input }, 'officer');
}

function rowOf(serial: string) {
  return test.context.db.get(
    `SELECT r.* FROM revocation r JOIN certificate c ON c.id = r.certificate_id WHERE c.serial = x'${serial}'`,
  );
}

describe('revocation', () => {
  it.each([
    ['keyCompromise', 1],
    ['affiliationChanged', 3],
    ['superseded', 4],
    ['cessationOfOperation', 5],
  ] as const)('CP 7.2.2: %s is recorded as %i, now, with who asked for it', (reason, number) => {
    const serialNumber = good();
    expect(refusalOf(revoke({ serialNumber, reason }))).toBe('accepted');
    const now = test.context.clock();
    const facts = {
      reason: number,
      revocation_date: now,
      recorded_at: now,
      recorded_by: 'officer',
    };
    expect(rowOf(serialNumber)).toMatchObject(facts);
  });

  it('CP 4.9.13: a second revocation is refused and changes nothing', () => {
    const serialNumber = good();
    revoke({ serialNumber, reason: 'superseded' });
    const before = rowOf(serialNumber);
    expect(revoke({ serialNumber, reason: 'keyCompromise' })).toMatchObject({
      ok: false,
      error: { code: 'already-revoked', reason: 'superseded' },
    });
    expect(rowOf(serialNumber)).toEqual(before);
  });

  it('CP 5.4: it is in the audit log before it is in the database', () => {
    const serialNumber = good();
    const stopped = () =>
      revokeCertificate(
        {
          ...test.context,
          checkpoint: () => {
            throw new Error('stopped');
          },
        },
        { serialNumber, reason: 'keyCompromise' },
        'officer',
      );
    expect(stopped).toThrow('stopped');
    expect(Buffer.from(test.scratch.read('audit.log')).toString()).toContain(`"${serialNumber}"`);
    expect(rowOf(serialNumber)).toBeUndefined();
  });
});

describe('which certificate is revoked', () => {
  it('CP 4.9.10: a serial number that was never issued, or only reserved, is not known', () => {
    expect(refusalOf(revoke({ serialNumber: '01abcdef' }))).toBe('certificate-unknown');
    const serialNumber = good();
    test.context.db.transaction((tx) => {
      tx.run(
        `UPDATE certificate SET state = 'abandoned', der = NULL WHERE serial = x'${serialNumber}'`,
      );
    });
    expect(refusalOf(revoke({ serialNumber }))).toBe('certificate-unknown');
  });

  it.each(['', 'xyz', '0', '-1', '01'.repeat(21)])(
    'RFC 5280 4.1.2.2: %j is no serial number',
    (serialNumber) => {
      expect(refusalOf(revoke({ serialNumber }))).toBe('serial-number-malformed');
    },
  );

  it('RFC 5280 4.1.2.2: one serial number of two issuers is refused until its issuer is named', () => {
    const [mine, other] = [good(), insertCertificates(test, 1, 'root-ca3')[0]];
    test.context.db.transaction((tx) => {
      tx.run(`UPDATE certificate SET serial = x'${mine}' WHERE serial = x'${other}'`);
    });
    expect(revoke({ serialNumber: mine })).toMatchObject({
      ok: false,
      error: {
        code: 'certificate-ambiguous',
        authorities: expect.arrayContaining(['root-ca3', 'time-stamping-ca']),
      },
    });
    expect(refusalOf(revoke({ serialNumber: mine, authority: 'root-ca3' }))).toBe('accepted');
    expect(refusalOf(revoke({ serialNumber: mine, authority: 'root-ca3' }))).toBe(
      'already-revoked',
    );
    expect(refusalOf(revoke({ serialNumber: mine, authority: 'time-stamping-ca' }))).toBe(
      'accepted',
    );
  });
});

describe('revocation date', () => {
  it('RSP-23: a compromise may be dated back to notBefore and not before it', () => {
    const serialNumber = good();
    const notBefore = test.context.clock();
    test.setClock(notBefore + 3_600);
    const dated = (seconds: number) =>
      refusalOf(revoke({ serialNumber, revocationDate: addSeconds(notBefore, seconds) }));
    expect(dated(-1)).toBe('revocation-date-refused');
    expect(dated(3_601)).toBe('revocation-date-refused');
    expect(dated(0)).toBe('accepted');
    expect(rowOf(serialNumber)?.['revocation_date']).toBe(notBefore);
  });

  it.each(['affiliationChanged', 'superseded', 'cessationOfOperation'] as const)(
    'CSBR 4.9.6: %s is not dated back',
    (reason) => {
      const serialNumber = good();
      const revocationDate = test.context.clock();
      test.setClock(revocationDate + 60);
      expect(refusalOf(revoke({ serialNumber, reason, revocationDate }))).toBe(
        'revocation-date-refused',
      );
    },
  );

  it('OPS-7: a clock behind the last act by more than 5 seconds refuses, by 5 it does not', () => {
    revoke({ serialNumber: good() });
    const now = test.context.clock();
    test.setClock(now - 6);
    expect(refusalOf(revoke({ serialNumber: good() }))).toBe('clock-went-back');
    test.setClock(now - 5);
    expect(refusalOf(revoke({ serialNumber: good() }))).toBe('accepted');
    test.setClock(now);
  });
});
