/** Why a ceremony is not begun, or what came back from one is not taken. Nothing is changed then. */
export type CeremonyError =
  | { readonly code: 'ceremony-unknown'; readonly ceremony: string }
  /** The file is not of the form of docs/formats.md 13. */
  | { readonly code: 'ceremony-malformed'; readonly reason: string }
  /** What was signed is another request than the one on record under this id. */
  | { readonly code: 'ceremony-changed'; readonly ceremony: string }
  | {
      readonly code: 'ceremony-other-authority';
      readonly ceremony: string;
      readonly authority: string;
      readonly expected: string;
    }
  | { readonly code: 'ceremony-expired'; readonly ceremony: string; readonly expiresAt: string }
  | {
      readonly code: 'ceremony-cancelled';
      readonly ceremony: string;
      /** The ceremony that took its place; null when a person cancelled it. */
      readonly supersededBy: string | null;
    }
  /** Another answer to this ceremony is on record: each request is used once. */
  | { readonly code: 'ceremony-used'; readonly ceremony: string }
  | { readonly code: 'ceremony-signature-wrong'; readonly item: number }
  | { readonly code: 'ceremony-dates-wrong'; readonly reason: string }
  | { readonly code: 'ceremony-log-broken' }
  | { readonly code: 'ceremony-policy-differs'; readonly authority: string }
  /** The certificate is not the one whose fingerprint the witnesses wrote down. */
  | {
      readonly code: 'ceremony-fingerprint-differs';
      readonly stated: string | null;
    }
  /** Signatures of an earlier ceremony are on record and not yet brought out. */
  | {
      readonly code: 'ceremony-unsettled';
      readonly authority: string;
      readonly ceremony: string;
    }
  | {
      readonly code: 'ceremony-not-issuer';
      readonly authority: string;
      readonly subordinate: string;
      readonly issuer: string;
    }
  /** A sub-CA of offline custody needs the file of `inkan ceremony key`. */
  | { readonly code: 'ceremony-key-missing'; readonly authority: string }
  /** Its key is beside the network and needs no ceremony. */
  | { readonly code: 'custody-online'; readonly authority: string }
  /** What a subscriber is to have under an offline CA is signed in a ceremony, under an application. */
  | {
      readonly code: 'ceremony-needed';
      readonly authority: string;
      /** null: it was asked for without one. */
      readonly application: number | null;
      /** The open ceremony that has it. */
      readonly ceremony: string | null;
    }
  /** `most` items go into one bundle, the CRL among them. */
  | { readonly code: 'ceremony-too-many'; readonly items: number; readonly most: number }
  | {
      readonly code: 'application-other-authority';
      readonly application: number;
      readonly authority: string;
      readonly expected: string;
    }
  /** Its certificate may be signed at this moment: it is neither rejected nor withdrawn. */
  | {
      readonly code: 'application-in-ceremony';
      readonly application: number;
      readonly ceremony: string;
    }
  /** What was found of an application since its export; nothing of the answer is taken. */
  | {
      readonly code: 'ceremony-application-refused';
      readonly ceremony: string;
      readonly application: number;
      readonly check: string;
      readonly reason: string;
    }
  /** Facts are recorded and wait until the CRL that an offline key has to sign is imported. */
  | {
      readonly code: 'ceremony-due';
      readonly authority: string;
      readonly due: string;
      readonly reason: string;
    };
