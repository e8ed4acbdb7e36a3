import type { CertificateProfile } from '../../shared/policy/profiles.ts';

const SOURCE = 'ADR 5: operator CA of this signer, outside every certificate policy';

function sourced<T>(value: T): { readonly value: T; readonly source: string } {
  return { value, source: SOURCE };
}

const P256 = sourced({ kind: 'ec', namedCurves: ['P-256'] } as const);
const ECDSA = sourced('ecdsa-with-SHA256' as const);

/** The CA that says who may talk to the signer. It certifies nobody else. */
export const OPERATOR_CA_PROFILE: CertificateProfile = {
  title: 'Operator CA',
  key: P256,
  signatureAlgorithm: ECDSA,
  validity: sourced({ months: 120 }),
  basicConstraints: { critical: true, ...sourced({ cA: true, pathLenConstraint: 0 }) },
  keyUsage: { critical: true, ...sourced(['keyCertSign', 'cRLSign'] as const) },
};

export const SERVER_PROFILE: CertificateProfile = {
  title: 'Signer, TLS server',
  key: P256,
  signatureAlgorithm: ECDSA,
  validity: sourced({ months: 24 }),
  keyUsage: { critical: true, ...sourced(['digitalSignature'] as const) },
  extKeyUsage: { critical: false, ...sourced(['serverAuth'] as const) },
  subjectAltName: { critical: false, ...sourced(true) },
};

export const OPERATOR_PROFILE: CertificateProfile = {
  title: 'Operator, TLS client',
  key: P256,
  signatureAlgorithm: ECDSA,
  validity: sourced({ months: 24 }),
  keyUsage: { critical: true, ...sourced(['digitalSignature'] as const) },
  extKeyUsage: { critical: false, ...sourced(['clientAuth'] as const) },
};
