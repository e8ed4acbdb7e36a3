/** CP 4.9.10: queries for serial numbers that were never assigned, as the edges counted them. */
export interface RadarView {
  /** The full hour from which on. */
  readonly since: string;
  /** From how many queries for one issuer in one hour on it is an alert. */
  readonly alertPerHour: number;
  /** Some issuer had such an hour. */
  readonly alert: boolean;
  readonly edges: readonly RadarEdgeView[];
  /** Those with an alert first. */
  readonly issuers: readonly RadarIssuerView[];
}

export interface RadarEdgeView {
  readonly url: string;
  /** Why it told nothing; null when it did. */
  readonly failure: string | null;
}

export interface RadarIssuerView {
  /** Name of the authority; null for an issuer that is not of this signer. */
  readonly authority: string | null;
  /** SHA-1 of its key bits. */
  readonly issuer: string;
  readonly total: number;
  readonly mostInAnHour: number;
  readonly alert: boolean;
  /** Hours with queries, in order. */
  readonly hours: readonly { readonly hour: string; readonly total: number }[];
  /** The most asked for; each count is at least what is written. */
  readonly serials: readonly { readonly serialNumber: string; readonly count: number }[];
}

export interface ReadRadarInput {
  /** How many hours back, the one that runs included: 1 to 840. */
  readonly hours: number;
}
