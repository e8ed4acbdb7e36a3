import type { KeyRequirement } from '../../../shared/policy/profiles.ts';
import type {
  ECSubjectKey,
  RSASubjectKey,
  SubjectPublicKey,
} from '../../issuance/subject-public-key.ts';
import type { Requirement } from '../requirement.ts';

/** A key that wants a certificate, what its profile asks for, and what this signer knows of the key. */
export interface KeyCandidate {
  readonly key: SubjectPublicKey;
  readonly profile: KeyRequirement;
  /** null where nothing was looked up: the requirements that need it are not checked. */
  readonly history: KeyHistory | null;
}

/** What is on record about one key, or about one whose private half follows from the same secret. */
export interface KeyHistory {
  /** Who already has it, as a person would name it; null: nobody. */
  readonly holder: string | null;
  /** Another key seen here that has a factor in common with it; null: none. */
  readonly sharedFactorWith: string | null;
  /** Where it stands on a list of keys whose private half is public; null: on none. */
  readonly weakKeyList: string | null;
  /** Fingerprints of Debian's weak keys on record for keys of its kind and size. */
  readonly debianWeakKeys: number;
}

/** One check of a key; `title` is what `inkan request check` calls it. */
export interface KeyCheck extends Requirement<KeyCandidate> {
  readonly title: string;
  /** Whether it concerns this candidate at all. */
  readonly applies: (candidate: KeyCandidate) => boolean;
  /** Why a candidate that is not refused was not looked at in full; absent or null: it was. */
  readonly gap?: (candidate: KeyCandidate) => string | null;
}

type CheckOf<T> = (
  title: string,
  rule: string,
  source: string,
  check: (part: T) => string | null,
) => KeyCheck;

/** Makes checks of one part of a candidate: those that lack it are not concerned. */
function checksOf<T>(partOf: (candidate: KeyCandidate) => T | null): CheckOf<T> {
  return (title, rule, source, check) => ({
    ...{ title, rule, source, level: 'error' },
    applies: (candidate) => partOf(candidate) !== null,
    check: (candidate) => {
      const part = partOf(candidate);
      return part === null ? null : check(part);
    },
  });
}

export const rsaCheck: CheckOf<RSASubjectKey> = checksOf(({ key }) =>
  key.kind === 'rsa' ? key : null,
);

export const ecCheck: CheckOf<ECSubjectKey> = checksOf(({ key }) =>
  key.kind === 'ec' ? key : null,
);

export const historyCheck: CheckOf<KeyHistory> = checksOf(({ history }) => history);
