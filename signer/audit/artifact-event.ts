/** What `inkan audit verify` holds against certificates and CRLs: each is on disk before it is on record. */
export type ArtifactEvent =
  /** A CA has its certificate; its serial number is one of `authority`, which is itself for a root. */
  | {
      readonly type: 'authority-certified';
      readonly authority: string;
      readonly subjectAuthority: string;
      readonly serialNumber: string;
      /** SHA-256 of the TBSCertificate. */
      readonly tbsSha256: string;
      readonly actor: string;
    }
  /** RFC 5280 5.2.3, CRL-9: a CRL is about to be signed, or to go out to be. Numbers rise from line to line. */
  | {
      readonly type: 'crl';
      readonly authority: string;
      readonly cRLNumber: number;
      readonly thisUpdate: string;
      readonly nextUpdate: string;
      readonly entries: number;
      /** SHA-256 of the TBSCertList. */
      readonly tbsSha256: string;
    };
