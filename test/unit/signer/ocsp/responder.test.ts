import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { ResponderRow } from '../../../../signer/database/responder-table.ts';
import { ensureResponder, rotateWhenDue } from '../../../../signer/ocsp/responder.ts';
import { responseTimes, signStatuses } from '../../../../signer/ocsp/sign-statuses.ts';
import { octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { extensionsIn } from '../issuance/certificate-text.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { elementAt } from '../lint/der-edit.ts';

const CA = 'time-stamping-ca';
const HOUR = 3_600;
const DAY = 86_400;

let signer: SignerUnderTest;
let first: ResponderRow;

beforeAll(async () => {
  signer = await startHierarchy();
  first = await responderAt(NOW);
}, 180_000);
afterAll(() => signer.close());

/** The responder that signs at this time, after the schedule has looked. */
async function responderAt(now: number): Promise<ResponderRow> {
  const at = signer.setClock(now);
  must(await rotateWhenDue(signer.context, signer.authority(CA), at), 'rotation');
  const row = must(await ensureResponder(signer.context, signer.authority(CA), at), 'responder');
  if (!row) throw new Error('nobody signs');
  return row;
}

describe('the change of keys', () => {
  it('RSP-36: a responder signs on until it is due; then another key takes over', async () => {
    const due = first.notAfter - 14 * DAY + 1;
    expect((await responderAt(NOW + 20 * DAY)).id).toBe(first.id);
    const second = await responderAt(due);
    expect(second.id).not.toBe(first.id);
    expect(second.keyLabel).not.toBe(first.keyLabel);
    expect(second.spki).not.toEqual(first.spki);
    expect((await responderAt(due + DAY)).id).toBe(second.id);
    // Both certificates carry their own key.
    expect(elementAt(first.certificate, [0, 6])).toEqual(first.spki);
    expect(elementAt(second.certificate, [0, 6])).toEqual(second.spki);
  });
});

describeWithOpenSSL("the responder's certificate as openssl reads it", () => {
  function textOf(row: ResponderRow): string {
    const file = signer.scratch.write('responder.der', row.certificate);
    return opensslOk(['x509', '-inform', 'DER', '-in', file, '-noout', '-text']).text;
  }

  it('RSP-36: it lives 45 days from the moment of signing, both ends counted', () => {
    expect(textOf(first)).toContain('Not Before: Nov 23 04:00:00 2026 GMT');
    expect(textOf(first)).toContain('Not After : Jan  7 03:59:59 2027 GMT');
  });

  it('RSP-18: the CA that issues the certificates signs it with the same key', () => {
    const file = (name: string, der: Uint8Array) => {
      const pem = opensslOk([
        'x509',
        '-inform',
        'DER',
        '-in',
        signer.scratch.write(name, der),
      ]).stdout;
      return signer.scratch.write(`${name}.pem`, pem);
    };
    const ca = file('ca.der', signer.authority(CA).certificate);
    const how = ['-partial_chain', '-trusted', ca, '-attime', String(NOW), '-x509_strict'];
    const { text } = opensslOk(['verify', ...how, file('r.der', first.certificate)]);
    expect(text).toContain('OK');
  });

  it('RSP-30, RSP-31, RSP-32, RSP-33, RSP-34: the extensions are those of table 7.1.2-5', () => {
    expect(extensionsIn(textOf(first))).toEqual([
      'X509v3 Authority Key Identifier',
      'X509v3 Subject Key Identifier',
      'X509v3 Key Usage, critical',
      'X509v3 Extended Key Usage',
      'OCSP No Check',
    ]);
  });
});

describe('how long responses of a responder hold', () => {
  const timesAt = (now: number) => responseTimes(signer.authority(CA), first, unixSeconds(now));

  it('RSP-7: thisUpdate and producedAt are the moment of signing', () => {
    expect(timesAt(NOW)).toMatchObject({ producedAt: NOW, thisUpdate: NOW });
  });

  it('RSP-8: nextUpdate is the 7 days of the policy later', () => {
    expect(timesAt(NOW).nextUpdate).toBe(NOW + 7 * DAY);
  });

  it('RSP-21: nextUpdate is cut at notAfter of the responder', () => {
    expect(timesAt(first.notAfter - DAY).nextUpdate).toBe(first.notAfter);
  });

  it('RSP-21: with 8 hours left it signs, with a second less it refuses', async () => {
    const serialNumber = must(serialNumberFromContents(octets('01a5')), 'serial number');
    const { notAfter } = first;
    const status = { serialNumber, certStatus: { status: 'good' }, notAfter } as const;
    const signAt = (now: number) => {
      const at = signer.setClock(now);
      return signStatuses(signer.context, signer.authority(CA), first, [status], at);
    };
    expect(await signAt(first.notAfter - 8 * HOUR)).toMatchObject({ ok: true });
    expect(await signAt(first.notAfter - 8 * HOUR + 1)).toMatchObject({
      ok: false,
      error: { code: 'lint-refused', findings: [{ rule: 'RSP-8' }] },
    });
  });
});
