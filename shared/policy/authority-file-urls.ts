import { chainURL } from './chain-url.ts';

/** Where a CA's certificate is published, in three forms beside each other. */
export interface AuthorityFileURLs {
  /** DER: the caIssuers URL itself, or beside it where that names a certs-only message. */
  readonly certificate: string;
  /** Certs-only, with those above it. */
  readonly chain: string;
  /** RFC 7468, the certificate alone. */
  readonly pem: string;
}

export function authorityFileURLs(caIssuersURL: string): AuthorityFileURLs {
  const chain = chainURL(caIssuersURL);
  const stem = chain.slice(0, -'.p7c'.length);
  return {
    certificate: chain === caIssuersURL ? `${stem}.cer` : caIssuersURL,
    chain,
    pem: `${stem}.pem`,
  };
}
