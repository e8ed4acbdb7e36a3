/** The signature algorithms of CP 7.1.3 and of policies that other CAs bring. Never SHA-1. */
export type SignatureAlgorithm =
  | 'sha256WithRSAEncryption'
  | 'sha384WithRSAEncryption'
  | 'ecdsa-with-SHA256'
  | 'ecdsa-with-SHA384';

/** What certificates alone may still carry: SHA-1 where CP table 7.1.3-1 has it (CRT-5). */
export type CertificateSignatureAlgorithm = SignatureAlgorithm | 'sha1WithRSAEncryption';

/** Key types that a policy may ask for. RSA public exponent is 65537 (CSR-6). */
export type KeyAlgorithm =
  | { readonly kind: 'rsa'; readonly modulusLength: 2048 | 3072 | 4096 }
  | { readonly kind: 'ec'; readonly namedCurve: 'P-256' | 'P-384' };
