/**
 * RFC 5280 4.2.2.1: the certificate at `ca.cer` and those above it stand beside it as a certs-only CMS
 * message, `ca.p7c`. A caIssuers URL that ends so itself names that file, and there is no other.
 */
export function chainURL(caIssuersURL: string): string {
  if (caIssuersURL.endsWith('.p7c')) return caIssuersURL;
  return `${caIssuersURL.replace(/\.(?:cer|crt|der)$/, '')}.p7c`;
}
