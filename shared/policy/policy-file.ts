import { allErrors, type FieldError } from '../json-fields.ts';
import { parseJSON } from '../json-text.ts';
import { err, ok, type Result } from '../result.ts';
import { type CertificatePolicy, decodeCertificatePolicy } from './certificate-policy.ts';
import { type PolicyFinding, policyFindings } from './policy-rules.ts';
import { checkPublishedPaths } from './published-paths.ts';

/**
 * The one way from a policy file to a policy that may be used: nothing is left open, it decodes, and
 * it contradicts neither itself nor a rule. Answers all that is wrong, or the first thing where one
 * cannot read on after it.
 */
export function readPolicyFile(json: string): Result<CertificatePolicy, readonly PolicyFinding[]> {
  const parsed = parseJSON(json);
  if (!parsed.ok) return err([finding({ pointer: '', reason: parsed.error.reason })]);
  const open = openValues(parsed.value, '');
  const policy = decodeCertificatePolicy(json);
  if (!policy.ok || open.length > 0) {
    const isOpen = ({ pointer }: FieldError) => open.some((value) => value.pointer === pointer);
    const wrong = policy.ok ? [] : allErrors(policy.error).filter((error) => !isOpen(error));
    return err([...open, ...wrong.map(finding)]);
  }
  const findings = policyFindings(policy.value);
  return findings.length > 0 ? err(findings) : policy;
}

/** CON-15: `null` where a value belongs says that the CP gives none and the CA has to. */
function openValues(value: unknown, pointer: string): readonly PolicyFinding[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('value' in value && value.value === null) {
    const source = 'source' in value && typeof value.source === 'string' ? value.source : '';
    const clause = source === '' ? 'CON-15' : source;
    return [
      { pointer: `${pointer}/value`, reason: "is left open: put the CA's own value there", clause },
    ];
  }
  return Object.entries(value).flatMap(([name, inner]) => openValues(inner, `${pointer}/${name}`));
}

/** Which clause a field answers to; the first that fits. */
const CLAUSES: readonly (readonly [path: RegExp, clause: string])[] = [
  [/\/source$/, 'CP 1.1; CRT: every value carries its clause'],
  [/\/ocsp\/(validity|refreshAfter)Seconds/, 'CP 4.9.10; RSP-8, RSP-9'],
  [/\/ocsp\/certIDHashes/, 'RFC 9919 3.1.1; REQ-12'],
  [/\/ocsp\/responderProfile/, 'CP tables 7.1.2-3, 7.1.2-5'],
  [/\/crl\/validitySeconds/, 'CP 4.9.7; CSBR 4.9.7; CRL-4'],
  [
    /\/(crl|caIssuers|ocsp)\/url/,
    'CP 7.1.2; RFC 5280 4.2.1.13, 4.2.2.1; HTTP-11, HTTP-12, HTTP-14',
  ],
  [/\/(subject|responderSubject)\//, 'CP 7.1.4; RFC 5280 appendix A; CRT-6, CRT-7'],
  [/\/subscribers\b/, 'CP 3.1, 3.2.3, 7.1.4; CRT-6, CRT-8'],
  [/\/applications\b/, 'CP 4.1 to 4.3'],
  [/\/certificates\//, 'CP 4.4.2; CRT-11'],
  [/^\/documents\b/, 'CP 2.2, 9.12'],
  [/\/custody\b/, 'CSBR 6.2.7.2; CON-22'],
  [/\/key(\/|$)/, 'CP 6.1.5; CSBR 6.1.5; CRT-4'],
  [/\/signatureAlgorithms?\b/, 'CP 7.1.3; CRT-5'],
  [/\/(validity|privateKeyUsage)\b/, 'CP 6.3.2; CSBR 6.3.2; CRT-3'],
  [/^\/profiles\//, 'CP 7.1.2; RFC 5280 4.2'],
  [/^\/authorities\//, 'CP 1.3.1'],
];

function finding({ pointer, reason }: FieldError): PolicyFinding {
  const clause = CLAUSES.find(([path]) => path.test(pointer))?.[1];
  return { pointer, reason, clause: clause ?? 'docs/formats.md: inkan-policy-1' };
}

/**
 * Several files of one signer, read as one: each is a CP of its own, and no two have an authority, a
 * profile or a published file of the same name.
 */
export function joinPolicies(
  first: CertificatePolicy,
  ...others: readonly CertificatePolicy[]
): Result<CertificatePolicy, FieldError> {
  const authorities = new Map(first.authorities);
  const profiles = new Map(first.profiles);
  for (const { name, ...other } of others) {
    for (const [authority, value] of other.authorities) {
      if (authorities.has(authority)) return twice(`/authorities/${authority}`, name);
      authorities.set(authority, value);
    }
    for (const [profile, value] of other.profiles) {
      if (profiles.has(profile)) return twice(`/profiles/${profile}`, name);
      profiles.set(profile, value);
    }
  }
  const joined = {
    ...first,
    ...foldersOf([first, ...others]),
    authorities,
    profiles,
    others: others.map(policyText),
  };
  const paths = checkPublishedPaths(joined);
  return paths.ok ? ok(joined) : paths;
}

/** One repository has one folder of documents: that of the first file that names any. */
function foldersOf(policies: readonly CertificatePolicy[]): Pick<CertificatePolicy, 'documents'> {
  const documents = policies.find((policy) => policy.documents)?.documents;
  return documents ? { documents } : {};
}

function twice(pointer: string, name: string): Result<never, FieldError> {
  return err({ pointer, reason: `of "${name}" has the name of another file's` });
}

/** Names and versions, for people. */
export function policyText({ name, version, others }: CertificatePolicy): string {
  return [`${name} ${version}`, ...(others ?? [])].join('; ');
}
