import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { certificateById, listIssued } from '../../../../signer/database/certificate-table.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { authorityThatSigns } from '../../../../signer/issuance/issuer.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from './signer-under-test.ts';

let signer: SignerUnderTest;

beforeAll(async () => {
  signer = await startHierarchy();
  await signer.settle('time-stamping-ca');
}, 60_000);
afterAll(() => signer.close());

function revoke(serialNumber: string): void {
  const input = { serialNumber, reason: 'keyCompromise' } as const;
  expect(revokeCertificate(signer.context, input, 'test').ok).toBe(true);
}

describe('what is compromised is used no more', () => {
  it('RSP-36: a revoked responder signs nothing more; a new key takes its place', async () => {
    const { db } = signer.context;
    const { id } = signer.authority('time-stamping-ca').row;
    const before = newestResponder(db, id);
    const certificate = before && certificateById(db, before.certificateId);
    if (!before || !certificate) throw new Error('no responder');
    revoke(serialNumberText(certificate.serialNumber));
    expect(newestResponder(db, id)?.id).not.toBe(before.id);
    await signer.settle('time-stamping-ca');
    const after = newestResponder(db, id);
    expect(after?.id).toBeGreaterThan(before.id);
    expect(after?.spki).not.toEqual(before.spki);
  });

  it('CRT-5: an authority whose certificate is revoked issues nothing', () => {
    const { db } = signer.context;
    const sub = signer.authority('time-stamping-ca');
    expect(authorityThatSigns(signer.context, 'time-stamping-ca', NOW).ok).toBe(true);
    const all = listIssued(db, { authorityId: null, revoked: null, afterId: 0, limit: 100 });
    const own = all.find(({ der }) => der && Buffer.from(der).equals(sub.certificate));
    if (!own) throw new Error('no certificate of the sub-CA');
    revoke(serialNumberText(own.serialNumber));
    const refused = refusalOf(authorityThatSigns(signer.context, 'time-stamping-ca', NOW));
    expect(refused).toBe('authority-revoked');
    expect(authorityThatSigns(signer.context, 'root-ca3', NOW).ok).toBe(true);
  });
});
