import { bitString, sequence } from '../../../shared/der/writer.ts';
import type { IssuerIdentity } from '../../../shared/ocsp/cert-id.ts';
import { issuerIdentity } from '../../issuance/public-key.ts';
import {
  type BasicResponseParts,
  type ResponseCandidate,
  responseCandidate,
  splitOCSPResponse,
} from '../ocsp/response-candidate.ts';
import { responseRequirements } from '../ocsp/response-requirements.ts';
import { type Finding, findingsOf } from '../requirement.ts';
import type { FileContext } from './file-context.ts';
import { notice } from './file-requirement.ts';
import type { KnownIssuer } from './known-issuer.ts';
import { lintCertificateFile } from './lint-certificate-file.ts';
import { signatureFindings } from './verified.ts';

/** Every requirement of a response, and of the responder's certificate that goes along with it. */
export function lintResponseFile(der: Uint8Array, context: FileContext): readonly Finding[] {
  const parts = splitOCSPResponse(der);
  if (parts === undefined) return [];
  if (typeof parts === 'number') {
    const reason = `responseStatus ${parts}, unsigned: there is nothing to check`;
    return [notice('RSP-1', 'RFC 6960 4.2.1', reason)];
  }
  const candidate = responseCandidate(parts, identityOf(context.issuer), null);
  if (!candidate) {
    const reason = 'the ResponseData is not strict DER';
    return [{ rule: 'RSP-1', source: 'RFC 6960 4.2.1', level: 'error', reason }];
  }
  return [
    ...responseSignatureFindings(parts, candidate, context.issuer),
    ...findingsOf(responseRequirements, candidate),
    ...responderFindings(candidate, context),
  ];
}

function identityOf(issuer: KnownIssuer | null): IssuerIdentity | null {
  const identity = issuer && issuerIdentity(issuer.subject, issuer.spki);
  return identity?.ok ? identity.value : null;
}

/** BasicOCSPResponse signs as a Certificate does, so it is verified as one. */
function responseSignatureFindings(
  { tbs, signatureAlgorithm, signature }: BasicResponseParts,
  { responder }: ResponseCandidate,
  issuer: KnownIssuer | null,
): readonly Finding[] {
  const signer = responder ?? issuer;
  const signed = sequence(tbs, signatureAlgorithm, bitString(signature));
  return signatureFindings(signed, signer && { spki: signer.spki, name: 'the responder' });
}

/** RSP-18 and RSP-30 to RSP-36: the certificate in `certs`, named as such. */
function responderFindings({ certs }: ResponseCandidate, context: FileContext): readonly Finding[] {
  const [certificate] = certs ?? [];
  if (!certificate) return [];
  const { findings } = lintCertificateFile(certificate, { ...context, profile: null });
  return findings
    .filter(({ level }) => level !== 'notice')
    .map((finding) => ({ ...finding, reason: `responder certificate: ${finding.reason}` }));
}
