import type { PublicationView } from './views.ts';

/** One ceremony as people ask for it; times are RFC 3339, hashes lower-case hexadecimal. */
export interface CeremonyView {
  readonly id: string;
  readonly kind: 'root' | 'signing';
  readonly authority: string;
  readonly state: 'open' | 'signed' | 'imported' | 'expired' | 'cancelled';
  readonly reason: string;
  readonly requestedBy: string;
  /** What the offline host shows and people compare. */
  readonly requestSha256: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly signedAt: string | null;
  readonly endedAt: string | null;
  /** Id of the ceremony that took its place. */
  readonly supersededBy: string | null;
  /** What is signed, a line each. */
  readonly items: readonly string[];
  /** Numbers of the applications whose certificates are among them. */
  readonly applications: readonly number[];
}

export interface CeremonyRequestView {
  readonly ceremony: CeremonyView;
  /** Id of the open ceremony whose place it took; null when there was none. */
  readonly superseded: string | null;
  /** What that one would have certified and this one does not, a line each; it waits again. */
  readonly leftOut: readonly string[];
  /** The canonical text that a bundle carries. */
  readonly request: string;
}

export interface ImportedCeremonyView {
  readonly ceremony: CeremonyView;
  /** The authority that signed and those that it certified. */
  readonly authorities: readonly string[];
  readonly publication: PublicationView;
}
