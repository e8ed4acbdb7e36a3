import type { Role } from '../../shared/policy/roles.ts';

/** Who may act, from when on and by whose will (CP 5.4.1: changes of the system's users). */
export type OperatorEvent =
  | {
      readonly type: 'operator-added' | 'operator-renewed' | 'operator-restored';
      readonly person: string;
      /** Lower-case hexadecimal SHA-256 of the key's SubjectPublicKeyInfo. */
      readonly spkiSha256: string;
      readonly roles: readonly Role[];
      readonly actor: string;
    }
  | {
      readonly type: 'operator-revoked';
      readonly person: string;
      readonly spkiSha256: string;
      readonly reason: string;
      readonly actor: string;
    }
  | {
      readonly type: 'operator-roles';
      readonly person: string;
      readonly roles: readonly Role[];
      readonly actor: string;
    };
