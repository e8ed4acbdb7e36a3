/** Why the operators stay as they are. */
export type OperatorError =
  | {
      readonly code: 'operator-unknown';
      readonly person: string;
      readonly known: readonly string[];
    }
  /** A person of this name is on record, or one whose name differs in its case alone. */
  | { readonly code: 'operator-exists'; readonly person: string }
  /** One key is one person's: it is on record already. */
  | { readonly code: 'operator-key-taken'; readonly person: string; readonly spkiSha256: string }
  | {
      readonly code: 'operator-key-unknown';
      readonly person: string;
      readonly spkiSha256: string;
      readonly known: readonly string[];
    }
  /** `state` does not allow it: there is nothing to revoke, or to restore. */
  | {
      readonly code: 'operator-key-state';
      readonly person: string;
      readonly spkiSha256: string | null;
      readonly state: KeyState;
      readonly asked: 'revoke' | 'restore';
    }
  | { readonly code: 'operator-roles-refused'; readonly reason: string }
  | { readonly code: 'operator-certificate-refused'; readonly reason: string }
  /** config.json names another operator CA, whose key is not here. */
  | { readonly code: 'operator-ca-elsewhere' }
  /** Afterwards nobody could change the operators any more. */
  | { readonly code: 'operator-needed'; readonly person: string };

/** `ended`: its certificate's time is over. */
export type KeyState = 'active' | 'ended' | 'revoked';
