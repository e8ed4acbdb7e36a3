import { hexFromBytes } from '../../shared/bytes.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import { readTBSCertificate, readValidity } from '../lint/certificate/certificate-fields.ts';
import { isSignedBy, splitSignedDER } from '../signing/signed-der.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';

/** A certificate as the store has it, its signature verified. */
export interface RecoveredCertificate {
  /** Contents of the INTEGER in hexadecimal. */
  readonly serial: string;
  readonly profile: string;
  /** Of its file; null where it has none. */
  readonly path: string | null;
  readonly der: Uint8Array;
  readonly subject: Uint8Array;
  readonly spkiSha256: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/** undefined when the key of `issuer` did not sign it. */
export function recoveredCertificate(
  der: Uint8Array,
  issuer: Pick<AuthorityRow, 'spki'>,
  profile: string,
  path: string | null,
): RecoveredCertificate | undefined {
  const tbs = splitSignedDER(der)?.tbs;
  const fields = tbs && readTBSCertificate(tbs);
  const validity = fields && readValidity(fields.validity);
  if (!fields || !validity || !isSignedBy(der, publicKeyFromSPKI(issuer.spki))) return undefined;
  return {
    ...{ profile, path, der, ...validity },
    serial: hexFromBytes(fields.serialNumber),
    subject: fields.subject,
    spkiSha256: sha256(fields.spki),
  };
}

/** The profile of a certificate that is known by its serial number and status only. */
export const STATUS_ONLY = 'recovered';

/** DER of a Name without attributes. */
export const EMPTY_NAME: Uint8Array = Uint8Array.of(0x30, 0);

/** In place of the hash of a key that is not known: no key has it. */
export function unknownKey(authority: string, serialNumber: SerialNumber): Uint8Array {
  return sha256(new TextEncoder().encode(`recovered ${authority} ${hexFromBytes(serialNumber)}`));
}
