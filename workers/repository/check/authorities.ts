import { hexFromBytes } from '../../../shared/bytes.ts';
import { parseJSON } from '../../../shared/json-text.ts';
import { CATALOGUE_PATH, decodeCatalogue } from '../../../shared/repository/catalogue.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { CERTIFICATE_MAX_OCTETS, type Certificate, decodeCertificate } from './certificate.ts';
import { digest } from './signature.ts';
import type { World } from './world.ts';

/** A CA of this repository. */
export interface Authority {
  readonly name: string;
  readonly certificate: Certificate;
  /** Fingerprint of its DER, lower-case hexadecimal. */
  readonly sha256: string;
}

const CATALOGUE_MAX_OCTETS = 4 << 20;

export type AuthoritiesError =
  | { readonly code: 'catalogue-unavailable' }
  | { readonly code: 'catalogue-unreadable' }
  | { readonly code: 'authority-unavailable'; readonly name: string };

/** The CAs that the catalogue names, each with the certificate whose SHA-256 stands there. */
export async function loadAuthorities(
  world: World,
): Promise<Result<readonly Authority[], AuthoritiesError>> {
  const octets = await world.get(CATALOGUE_PATH, CATALOGUE_MAX_OCTETS);
  if (!octets) return err({ code: 'catalogue-unavailable' });
  const json = parseJSON(new TextDecoder().decode(octets));
  const catalogue = json.ok ? decodeCatalogue(json.value, '') : json;
  if (!catalogue.ok) return err({ code: 'catalogue-unreadable' });
  const authorities: Authority[] = [];
  for (const { name, sha256, certificate } of catalogue.value.authorities) {
    const der = await world.get(certificate.der, CERTIFICATE_MAX_OCTETS);
    const decoded = der && decodeCertificate(der);
    if (!decoded || hexFromBytes(await digest('SHA-256', der)) !== sha256) {
      return err({ code: 'authority-unavailable', name });
    }
    authorities.push({ name, certificate: decoded, sha256 });
  }
  return ok(authorities);
}
