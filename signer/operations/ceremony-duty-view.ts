/** Why an offline key is needed, and how long there is left: the countdown of `inkan status`. */
export interface CeremonyDutyView {
  readonly authority: string;
  readonly why: 'revocation' | 'issuance' | 'crl-renewal' | 'responder';
  readonly count: number;
  readonly since: string;
  readonly due: string;
  /** Whole minutes left, negative when it is overdue. */
  readonly minutesLeft: number;
  readonly alarm: boolean;
  /** The ceremony under way. */
  readonly ceremony: string | null;
  readonly ceremonyState: 'open' | 'signed' | null;
  /** Revocations that it does not bring, because they were recorded after its export. */
  readonly ceremonyLeavesOut: number;
}
