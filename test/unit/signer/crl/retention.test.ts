import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { signCRL } from '../../../../signer/crl/sign-crl.ts';
import {
  reserveCertificate,
  setCertificateIssued,
} from '../../../../signer/database/certificate-table.ts';
import { type CRLRow, insertCRL } from '../../../../signer/database/crl-table.ts';
import { insertRevocation } from '../../../../signer/database/revocation-table.ts';
import { checkCRL } from '../../../../signer/publisher/crl-gate.ts';
import { octets } from '../../../support/octets.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';

const CA = 'time-stamping-ca';
const at = (text: string) => unixSeconds(Date.parse(text) / 1000);

let signer: SignerUnderTest;

/** A revoked certificate that ended then; of a profile that the policy need not have any more. */
function revoked(serial: string, notAfter: string, profile = 'tsa'): void {
  const { db } = signer.context;
  const { row } = signer.authority(CA);
  db.transaction((tx) => {
    const id = reserveCertificate(
      tx,
      {
        authorityId: row.id,
        serialNumber: must(serialNumberFromContents(octets(serial)), serial),
        profile,
        subject: row.subject,
        spkiSha256: new Uint8Array(createHash('sha256').update(serial).digest()),
        notBefore: NOW,
        notAfter: at(notAfter),
        requestId: null,
      },
      NOW,
    );
    setCertificateIssued(tx, id, Uint8Array.of(0x30, 0));
    const revocation = { revocationDate: NOW, reason: 4, recordedAt: NOW } as const;
    insertRevocation(tx, { id, authorityId: row.id }, revocation, 'test');
  });
}

async function crlAt(time: string): Promise<CRLRow> {
  const now = signer.setClock(at(time));
  const crl = must(await signCRL(signer.context, signer.authority(CA), 1e9, now), 'CRL');
  signer.context.db.transaction((tx) => insertCRL(tx, crl));
  return crl;
}

function gate(crl: CRLRow, differences: Partial<CRLRow> = {}): string {
  const { row } = signer.authority(CA);
  const outcome = checkCRL(signer.context.db, row, { ...crl, ...differences }, crl.thisUpdate);
  return outcome.ok ? 'published' : `${outcome.error.rule}: ${outcome.error.reason}`;
}

beforeAll(async () => {
  signer = await startHierarchy();
  revoked('0101', '2027-06-30T12:00:00Z');
  revoked('0102', '2028-02-29T12:00:00Z', 'a-profile-of-long-ago');
  revoked('0103', '2031-01-01T00:00:00Z');
}, 60_000);
afterAll(() => signer.close());

describeWithOpenSSL('entries of certificates that have expired, as openssl reads the CRL', () => {
  it.each([
    ['2027-06-29T00:00:00Z', ['0101', '0102', '0103'], 'before any ended'],
    ['2037-06-30T12:00:00Z', ['0101', '0102', '0103'], '10 years to the second after the first'],
    ['2037-06-30T12:00:01Z', ['0102', '0103'], 'a second later'],
    ['2038-02-28T23:59:59Z', ['0102', '0103'], '10 years after 29 February, on 28 February'],
    ['2038-03-01T12:00:01Z', ['0103'], 'and when that is over'],
  ] as const)('CRL-15: at %s it lists %j: %s', async (time, serials, _when) => {
    const crl = await crlAt(time);
    const listed = [...crlEntries(crl.der).keys()].map((serial) => serial.padStart(4, '0'));
    expect(listed).toEqual(serials);
    expect(crl.entries).toBe(serials.length);
    expect(gate(crl)).toBe('published');
  });
});

describe('what the publish gate says of entries that leave', () => {
  it('CRL-15: a CRL that claims to keep entries for less than 10 years is refused', async () => {
    const crl = await crlAt('2039-01-01T00:00:00Z');
    expect(gate(crl, { keptSince: unixSeconds(crl.keptSince + 1) })).toMatch(/^CRL-15: .*before/);
  });

  it('CRL-15: an entry whose record is gone is missed, though others left in their time', async () => {
    const { db } = signer.context;
    db.transaction((tx) =>
      tx.run(
        `DELETE FROM revocation WHERE certificate_id = (SELECT id FROM certificate WHERE serial = x'0103')`,
      ),
    );
    expect(gate(await crlAt('2039-01-02T00:00:00Z'))).toMatch(/^CRL-15: .*fewer entries/);
  });
});
