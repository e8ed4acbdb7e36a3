import { describe, expect, it } from 'vitest';
import { type CertID, encodeCertID, sameCertID } from '../../../../shared/ocsp/cert-id.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { SHA256_OID, certID as spelledOut } from '../../../support/ocsp-requests.ts';
import { hexOf, octets } from '../../../support/octets.ts';

function certID(hash: 'sha1' | 'sha256', serial = '1001'): CertID {
  const length = hash === 'sha1' ? 20 : 32;
  const serialNumber = serialNumberFromContents(octets(serial));
  if (!serialNumber.ok) throw new Error(serial);
  return {
    hash,
    issuerNameHash: new Uint8Array(length).fill(0xa1),
    issuerKeyHash: new Uint8Array(length).fill(0xb2),
    serialNumber: serialNumber.value,
  };
}

describe('CertID', () => {
  it('RSP-4: hash parameters are written as NULL', () => {
    expect(hexOf(encodeCertID(certID('sha1')))).toBe(hexOf(spelledOut()));
    expect(hexOf(encodeCertID(certID('sha256')))).toBe(hexOf(spelledOut({ oid: SHA256_OID })));
  });

  it('REQ-13: two are the same by hash, issuer and serial number', () => {
    expect(sameCertID(certID('sha1'), certID('sha1'))).toBe(true);
    const others: CertID[] = [
      certID('sha256'),
      certID('sha1', '1002'),
      certID('sha1', '100100'),
      { ...certID('sha1'), issuerNameHash: new Uint8Array(20) },
      { ...certID('sha1'), issuerKeyHash: new Uint8Array(20) },
    ];
    for (const other of others) expect(sameCertID(certID('sha1'), other)).toBe(false);
  });
});
