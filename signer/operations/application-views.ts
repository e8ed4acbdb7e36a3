import type { Screening, ShownDocument } from '../applications/screening.ts';
import type { ApplicationState, Transition } from '../applications/states.ts';
import type { OptionalExtension } from '../issuance/optional-extensions.ts';
import type { IssuedCertificateView } from './views.ts';

/** One line of the list. */
export interface ApplicationSummaryView {
  /** Its number. */
  readonly application: number;
  readonly kind: 'new' | 'rekey' | 'change';
  readonly state: ApplicationState;
  readonly authority: string;
  readonly profile: string;
  readonly subject: string;
  readonly organisation: string;
  readonly receivedAt: string;
}

/** One transition, as it was recorded. */
export interface ApplicationEventView {
  readonly state: ApplicationState;
  readonly at: string;
  /** Who, by name and by the SHA-256 of the key. */
  readonly by: string;
  readonly bySpkiSha256: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** CP 4.4.1, from the clock at the time of asking. */
export interface ReceiptView {
  /** The end of the 14 days in which a complaint can be made. */
  readonly due: string;
  /**
   * `due`: delivered, no receipt yet. `elapsed`: the 14 days are over without a complaint, which
   * counts as accepted. `received` and `complained`: what came.
   */
  readonly state: 'due' | 'elapsed' | 'received' | 'complained';
}

export interface ApplicationView extends ApplicationSummaryView {
  readonly agent: string;
  readonly subjectAltNames: readonly string[];
  /** What the profile leaves to the application and this one does without (CON-8). */
  readonly leaveOut: readonly OptionalExtension[];
  /** The fingerprints of CP 3.2.1: SHA-256 of the request and of its key. */
  readonly requestSha256: string;
  readonly spkiSha256: string;
  readonly documents: readonly ShownDocument[];
  /** The newest; null before the first. */
  readonly screening: Screening | null;
  /** What the state allows now. */
  readonly allowed: readonly Transition[];
  /** Id of the open ceremony that is to sign its certificate; nothing is allowed meanwhile. */
  readonly ceremony: string | null;
  /** The certificate that it replaces (CP 4.7, 4.8). */
  readonly predecessor: {
    readonly authority: string;
    readonly serialNumber: string;
    readonly application: number | null;
  } | null;
  /** Applications that replace its certificate. */
  readonly successors: readonly number[];
  /** null before it is delivered. */
  readonly receipt: ReceiptView | null;
  /** null before it is issued; the certificate itself is left out until it is published (OPS-4). */
  readonly certificate: IssuedCertificateView | null;
  /** Oldest first. */
  readonly events: readonly ApplicationEventView[];
}
