import {
  choice,
  type Decode,
  either,
  flag,
  list,
  matching,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import type { NameAttribute } from '../../shared/policy/name-attribute.ts';
import { err, ok } from '../../shared/result.ts';

/** What applicants show, and the clause that asks for it. */
export const DOCUMENT_KINDS = {
  'application-form': 'CP 3.2.2',
  'existence-proof': 'CP 3.2.2',
  'subscriber-agreement': 'CP 4.1.2',
  'power-of-attorney': 'CP 3.2.5',
  other: 'CP 3.2.2',
} as const;
export type DocumentKind = keyof typeof DOCUMENT_KINDS;

/** A document is known by its hash; it is never sent here. */
export interface ShownDocument {
  readonly kind: DocumentKind;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export const DOCUMENTS_MAX = 32;
export const EVIDENCE_LENGTH = 200;

const kinds = Object.keys(DOCUMENT_KINDS) as readonly DocumentKind[];
const sha256Text = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');

export const shownDocuments: Decode<readonly ShownDocument[]> = list(
  strictObject<ShownDocument>({
    kind: required(choice(...kinds)),
    sha256: required(sha256Text),
  }),
  DOCUMENTS_MAX,
);

/** CP 3.2.2.1 items 1 to 4. */
const IDENTITY_METHODS = [
  'government-agency',
  'third-party-database',
  'site-visit',
  'attestation',
] as const;

export type CheckName = 'identity' | 'tradeName' | 'country' | 'authorisation';

export interface CheckRule {
  readonly clause: string;
  /** The ways in which the CP lets it be verified. */
  readonly methods: readonly string[];
}

/** The ticked items. */
export const CHECKS: Readonly<Record<CheckName, CheckRule>> = {
  identity: { clause: 'CP 3.2.2.1', methods: IDENTITY_METHODS },
  tradeName: {
    clause: 'CP 3.2.2.2',
    methods: [
      'government-agency',
      'data-source',
      'responsible-agency',
      'opinion-letter',
      'identity-document',
    ],
  },
  country: { clause: 'CP 3.2.2.3', methods: ['domain-registrar', ...IDENTITY_METHODS] },
  authorisation: { clause: 'CP 3.2.5', methods: ['document', 'inquiry'] },
};
export const CHECK_NAMES: readonly CheckName[] = Object.keys(CHECKS) as CheckName[];

/** `evidence` says where the proof is kept, or why the check failed or does not apply. */
export type CheckResult =
  | { readonly result: 'passed'; readonly method: string; readonly evidence: string }
  | { readonly result: 'failed' | 'not-applicable'; readonly evidence: string };

/**
 * What a person says: 1 to `maxLength` characters that are more than spaces, and none that turns the
 * direction of writing (Unicode Standard Annex 9), so that it cannot be shown otherwise than it is.
 */
export function statement(maxLength: number): Decode<string> {
  const some = refined(
    text(maxLength),
    (said) => (said.trim() === '' ? err('blank') : ok(said)),
    'must say something',
  );
  const turned = 'must not have characters that turn the direction of writing';
  return (value, pointer) => {
    const said = some(value, pointer);
    return said.ok && /\p{Bidi_Control}/u.test(said.value)
      ? err({ pointer, reason: turned })
      : said;
  };
}

/** What the registration officer established (CP 3.2, 4.2.1). */
export interface Screening {
  /** CP 3.2.1: the fingerprint as the applicant told it, by whom and by which way other than the request's. */
  readonly fingerprint: {
    readonly sha256: string;
    readonly confirmedBy: string;
    readonly how: string;
  };
  readonly checks: Readonly<Record<CheckName, CheckResult>>;
  /** CP 3.1.3, 3.2.3: the subject is an organisation, no individual and no pseudonym. */
  readonly organisationOnly: boolean;
  /** Shown since the application was received. */
  readonly documents: readonly ShownDocument[];
}

const evidence = statement(EVIDENCE_LENGTH);

type Passed = Extract<CheckResult, { result: 'passed' }>;
type NotPassed = Exclude<CheckResult, Passed>;

function checkResult(name: CheckName): Decode<CheckResult> {
  return either(
    strictObject<Passed>({
      result: required(choice('passed')),
      method: required(choice(...CHECKS[name].methods)),
      evidence: required(evidence),
    }),
    strictObject<NotPassed>({
      result: required(choice('failed', 'not-applicable')),
      evidence: required(evidence),
    }),
  );
}

export const screening: Decode<Screening> = strictObject<Screening>({
  fingerprint: required(
    strictObject<Screening['fingerprint']>({
      sha256: required(sha256Text),
      confirmedBy: required(statement(100)),
      how: required(statement(100)),
    }),
  ),
  checks: required(
    strictObject<Screening['checks']>({
      identity: required(checkResult('identity')),
      tradeName: required(checkResult('tradeName')),
      country: required(checkResult('country')),
      authorisation: required(checkResult('authorisation')),
    }),
  ),
  organisationOnly: required(flag),
  documents: required(shownDocuments),
});

/** One thing that keeps an application from being approved. */
export interface Obstacle {
  readonly clause: string;
  readonly reason: string;
}

const REQUIRED_DOCUMENTS = ['application-form', 'existence-proof', 'subscriber-agreement'] as const;

/**
 * What the policy demands: `cp-3.2` where it issues under applications only; `by-choice` where the CA
 * keeps them without being asked, and judges by itself which documents and checks it needs.
 */
export interface ScreeningDemands {
  readonly extent: 'cp-3.2' | 'by-choice';
  readonly organisationsOnly: boolean;
}

/**
 * CP 4.2.2: what is missing for an approval. By CP 3.2 identity and authorisation always apply, because
 * every subject names an organisation; the country applies when the subject has one. What failed is
 * in the way whatever the policy says.
 */
export function obstaclesToApproval(
  subject: readonly NameAttribute[],
  documents: readonly ShownDocument[],
  screened: Screening,
  { extent, organisationsOnly }: ScreeningDemands,
): readonly Obstacle[] {
  const isAll = extent === 'cp-3.2';
  const shown = new Set(documents.map(({ kind }) => kind));
  const missing = (isAll ? REQUIRED_DOCUMENTS : []).filter((kind) => !shown.has(kind));
  const applying = isAll ? applyingChecks(subject) : [];
  const isStated = screened.organisationOnly || !(isAll || organisationsOnly);
  return [
    ...missing.map((kind) => ({ clause: DOCUMENT_KINDS[kind], reason: `no ${kind} was shown` })),
    ...CHECK_NAMES.flatMap((name) => {
      const { result } = screened.checks[name];
      const { clause } = CHECKS[name];
      if (result === 'failed') return [{ clause, reason: `${name} failed` }];
      if (result === 'passed' || !applying.includes(name)) return [];
      return [{ clause, reason: `${name} applies and was not verified` }];
    }),
    ...(isStated ? [] : [NOT_STATED]),
  ];
}

const NOT_STATED: Obstacle = {
  clause: 'CP 3.1.3, 3.2.3',
  reason: 'it is not stated that the subject is no individual or pseudonym',
};

function applyingChecks(subject: readonly NameAttribute[]): readonly CheckName[] {
  const hasCountry = subject.some(([type]) => type === 'C');
  return ['identity', 'authorisation', ...(hasCountry ? (['country'] as const) : [])];
}
