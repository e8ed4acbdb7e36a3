/** Who acts: the person behind the client certificate. Written into the audit log. */
export interface Actor {
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the client certificate's SubjectPublicKeyInfo. */
  readonly spkiSha256: string;
}
