import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import { isFilePath } from '../../shared/snapshot/file.ts';

/**
 * Commands for a POSIX shell that ask the responder of `authority`: for the certificate in the file
 * `certificate.pem`, or for `serialNumber`. They fetch the CA's certificate from the host of its CRL, if
 * there is one, and trust it: whoever uses them compares its fingerprint with the one on the page.
 * None when the CA names no responder.
 */
export function opensslLines(
  authority: CatalogueAuthority,
  serialNumber?: string,
): readonly string[] {
  if (authority.ocsp === undefined) return [];
  const asked =
    serialNumber === undefined ? '-cert certificate.pem' : `-serial ${quoted(`0x${serialNumber}`)}`;
  const ask = `openssl ocsp -issuer ca.pem ${asked} -url ${quoted(authority.ocsp)} -no_nonce -CAfile ca.pem -partial_chain`;
  const from = certificateURL(authority);
  if (from === undefined) return [ask];
  return [`curl -s ${quoted(from)} | openssl x509 -inform der -out ca.pem`, ask];
}

function certificateURL({ crl, certificate }: CatalogueAuthority): string | undefined {
  if (!crl || !isFilePath(certificate.der)) return undefined;
  const host = /^https?:\/\/[^/]+/.exec(crl.url)?.[0];
  return host && host + certificate.der;
}

/** As one word of a POSIX shell, whatever is in it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
