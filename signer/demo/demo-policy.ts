import { readFileSync } from 'node:fs';
import { readPolicyFile } from '../../shared/policy/policy-file.ts';
import { DemoError } from './demo-layout.ts';

const SOURCE = 'demonstration: names and addresses of this machine';

/** Names that nobody takes for a real CA's, by the authority of the shipped policy. */
const TIME_STAMPING: Readonly<Record<string, string>> = {
  'root-ca3': 'Inkan Demo Root CA',
  'time-stamping-ca': 'Inkan Demo Time Stamping CA',
};
const TLS: Readonly<Record<string, string>> = { 'private-tls-ca': 'Inkan Demo TLS CA' };

/** The RootCA3 policy with the demo's names and URLs; every profile, validity and algorithm stays. */
export function demoPolicy(edge: string): string {
  const name = 'Inkan Demo (profiles of Security Communication RootCA3)';
  return policyWith('root-ca3.json', name, TIME_STAMPING, edge);
}

/** The private TLS policy in the same way: a second CA of the same signer. */
export function demoTLSPolicy(edge: string): string {
  return policyWith('private-tls.json', 'Inkan Demo (private TLS)', TLS, edge);
}

/** All authorities have their files on the edge's host and their OCSP at its root. */
function policyWith(
  file: string,
  policyName: string,
  names: Readonly<Record<string, string>>,
  edge: string,
): string {
  const shipped = new URL(`../../shared/policy/${file}`, import.meta.url);
  const policy: unknown = JSON.parse(readFileSync(shipped, 'utf8'));
  const authorities = field(policy, 'authorities');
  for (const [authority, name] of Object.entries(names)) {
    const of = field(authorities, authority);
    Object.assign(of, { subject: { value: subject(name), source: SOURCE } });
    Object.assign(field(of, 'crl'), {
      url: { value: `${edge}/crl/${authority}.crl`, source: SOURCE },
    });
    Object.assign(field(of, 'caIssuers'), {
      url: { value: `${edge}/ca/${authority}.cer`, source: SOURCE },
    });
    Object.assign(of, {
      certificates: { url: { value: `${edge}/certificates/${authority}`, source: SOURCE } },
    });
    Object.assign(field(of, 'ocsp'), {
      url: { value: edge, source: SOURCE },
      responderSubject: { value: subject(`${name} OCSP`), source: SOURCE },
    });
  }
  const { documents } = policy as { readonly documents?: object };
  const folder = { url: { value: `${edge}/documents`, source: SOURCE } };
  Object.assign(policy as object, { name: policyName, documents: { ...documents, ...folder } });
  const text = JSON.stringify(policy, null, 2);
  const checked = readPolicyFile(text);
  if (checked.ok) return text;
  const [finding] = checked.error;
  throw new DemoError(`${file}: ${finding?.pointer} ${finding?.reason}`, 'This is a bug.');
}

function subject(name: string): readonly (readonly [string, string])[] {
  return [
    ['C', 'JP'],
    ['O', 'Inkan Demo'],
    ['CN', name],
  ];
}

function field(value: unknown, name: string): object {
  const found =
    typeof value === 'object' && value !== null
      ? Object.entries(value).find(([key]) => key === name)
      : undefined;
  const inner: unknown = found?.[1];
  if (typeof inner !== 'object' || inner === null)
    throw new DemoError(`a shipped policy has no ${name}`, 'This is a bug.');
  return inner;
}
