import { readFileSync } from 'node:fs';
import { decodeCertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { DemoError } from './demo-layout.ts';

const ROOT_CA3 = new URL('../../shared/policy/root-ca3.json', import.meta.url);

const SOURCE = 'demonstration: names and addresses of this machine';

/** Names that nobody takes for a real CA's. */
const NAMES: Readonly<Record<string, string>> = {
  'root-ca3': 'Inkan Demo Root CA',
  'time-stamping-ca': 'Inkan Demo Time Stamping CA',
};

/**
 * The RootCA3 policy with the demo's names and URLs; every profile, validity and algorithm stays.
 * Both authorities have their files on the edge's host and their OCSP at its root.
 */
export function demoPolicy(edge: string): string {
  const policy: unknown = JSON.parse(readFileSync(ROOT_CA3, 'utf8'));
  const authorities = field(policy, 'authorities');
  for (const [authority, name] of Object.entries(NAMES)) {
    const of = field(authorities, authority);
    const subject = [
      ['C', 'JP'],
      ['O', 'Inkan Demo'],
      ['CN', name],
    ];
    Object.assign(of, { subject: { value: subject, source: SOURCE } });
    Object.assign(field(of, 'crl'), {
      url: { value: `${edge}/crl/${authority}.crl`, source: SOURCE },
    });
    Object.assign(field(of, 'caIssuers'), {
      url: { value: `${edge}/ca/${authority}.cer`, source: SOURCE },
    });
    const responder = [
      ['C', 'JP'],
      ['O', 'Inkan Demo'],
      ['CN', `${name} OCSP`],
    ];
    Object.assign(field(of, 'ocsp'), {
      url: { value: edge, source: SOURCE },
      responderSubject: { value: responder, source: SOURCE },
    });
  }
  Object.assign(policy as object, {
    name: 'Inkan Demo (profiles of Security Communication RootCA3)',
  });
  const text = JSON.stringify(policy, null, 2);
  const checked = decodeCertificatePolicy(text);
  if (!checked.ok)
    throw new DemoError(
      `demo policy: ${checked.error.pointer} ${checked.error.reason}`,
      'This is a bug.',
    );
  return text;
}

function field(value: unknown, name: string): object {
  const found =
    typeof value === 'object' && value !== null
      ? Object.entries(value).find(([key]) => key === name)
      : undefined;
  const inner: unknown = found?.[1];
  if (typeof inner !== 'object' || inner === null)
    throw new DemoError(`root-ca3.json has no ${name}`, 'This is a bug.');
  return inner;
}
