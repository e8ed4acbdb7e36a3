import { beforeAll, expect, it } from 'vitest';
import { decodeCertificate } from '../../../../workers/repository/check/certificate.ts';
import { readInput } from '../../../../workers/repository/check/read-input.ts';
import { hasAttribute } from '../../../../workers/repository/check/signed-data.ts';
import type { TimeStampToken } from '../../../../workers/repository/check/time-stamp-token.ts';
import { Trail } from '../../../../workers/repository/check/trail.ts';
import { verifyToken } from '../../../../workers/repository/check/verify-token.ts';
import { CheckPKI, type Party, type StampOptions } from '../../../support/check-pki.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';

const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';

let pki: CheckPKI;
let tsa: Party;

beforeAll(() => {
  pki = new CheckPKI();
  tsa = pki.issue(pki.root('root'), 'tsa', 'tsa');
});

function tokenWith(options: StampOptions): TimeStampToken {
  const [item] = readInput(pki.stamp(tsa, new Uint8Array([1]), options));
  if (item?.kind !== 'token') throw new Error('no token');
  return item.token;
}

/** The TSA's certificate with another signature: the same issuer, number and key identifier. */
function double() {
  const der = tsa.der.slice();
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  const certificate = decodeCertificate(der);
  if (!certificate) throw new Error('unreadable');
  return certificate;
}

describeWithOpenSSL('who signed a token', () => {
  it('RFC 5816 2.2.1: of two certificates with one number, the one that the token names', async () => {
    const token = tokenWith({ withCertificates: false });
    for (const given of [
      [double(), tsa.certificate],
      [tsa.certificate, double()],
    ]) {
      const outcome = await verifyToken(token, given, new Trail());
      expect(outcome).toEqual({ kind: 'verified', tsa: tsa.certificate });
    }
    const alone = await verifyToken(token, [double()], new Trail());
    expect(alone).toEqual({ kind: 'broken' });
  });

  it('RFC 5652 11: both forms of SigningCertificate, but neither of them twice', async () => {
    const old = tokenWith({ essHash: 'sha1' }).signerInfo.signedAttributes;
    const v1 = old.filter((der) => hasAttribute([der], SIGNING_CERTIFICATE));
    expect(v1).toHaveLength(1);
    const token = tokenWith({});
    const bindingWith = async (more: readonly Uint8Array[]) => {
      const signedAttributes = [...token.signerInfo.signedAttributes, ...more];
      const trail = new Trail();
      await verifyToken(
        { ...token, signerInfo: { ...token.signerInfo, signedAttributes } },
        [],
        trail,
      );
      return trail.findings.find(({ check }) => check === 'token-binding')?.outcome;
    };
    expect(await bindingWith([])).toBe('passed');
    expect(await bindingWith(v1)).toBe('passed');
    expect(await bindingWith([...v1, ...v1])).toBe('failed');
  });
});
