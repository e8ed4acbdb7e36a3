/** Events of ceremonies: the first three are the signer's, the others stand in the offline host's own log. */
export type CeremonyEvent =
  | {
      readonly type: 'ceremony-request';
      readonly ceremony: string;
      readonly authority: string;
      readonly requestSha256: string;
      readonly items: number;
      /** Whose certificates the actor orders (CP 4.3.1); absent where none is. */
      readonly applications?: readonly number[];
      readonly actor: string;
    }
  /** The answer was verified and is about to be recorded. */
  | {
      readonly type: 'ceremony-answer';
      readonly ceremony: string;
      readonly authority: string;
      readonly answerSha256: string;
      readonly actor: string;
    }
  | {
      readonly type: 'ceremony-end';
      readonly ceremony: string;
      readonly authority: string;
      readonly state: 'imported' | 'expired' | 'cancelled';
      readonly actor: string;
    }
  /** The offline host shows a bundle that passed every check. */
  | {
      readonly type: 'ceremony-shown';
      readonly ceremony: string;
      readonly authority: string;
      readonly requestSha256: string;
      readonly approvedBy: readonly string[];
    }
  /** Somebody at the offline host typed its hash. From here on it counts as certified what the bundle has. */
  | {
      readonly type: 'ceremony-confirmed';
      readonly ceremony: string;
      readonly authority: string;
      readonly requestSha256: string;
      /** Serial number (contents octets) and SHA-256 of the key of each certificate, hexadecimal. */
      readonly certified: readonly (readonly [serialNumber: string, key: string])[];
    }
  /** The answer is on the offline host's disk. */
  | {
      readonly type: 'ceremony-signed';
      readonly ceremony: string;
      readonly authority: string;
      readonly crlNumber: number;
      readonly answerSha256: string;
    }
  | { readonly type: 'ceremony-refused'; readonly ceremony: string; readonly code: string }
  | {
      readonly type: 'ceremony-key';
      readonly authority: string;
      readonly keyLabel: string;
      readonly spkiSha256: string;
    }
  | {
      readonly type: 'ceremony-root';
      readonly authority: string;
      readonly keyLabel: string;
      readonly certificateSha256: string;
    };
