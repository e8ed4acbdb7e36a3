/** CP 4.9.8, CRL-17: the file of revocation reasons stands beside the CRL: `ca.crl`, `ca.reasons.txt`. */
export function reasonsURL(crlURL: string): string {
  return `${crlURL.replace(/\.crl$/, '')}.reasons.txt`;
}
