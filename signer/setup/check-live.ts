import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SignerConfig } from '../config.ts';
import type { StartError } from '../service.ts';

/** A name that is mistyped would leave live answers off without a word. */
export function checkLive(
  { edge }: SignerConfig,
  policy: CertificatePolicy,
): Result<true, StartError> {
  const wrong = edge?.live?.authorities.find((name) => !policy.authorities.get(name)?.ocsp);
  if (wrong === undefined) return ok(true);
  return err({
    code: 'config-malformed',
    reason: `edge.live.authorities names ${wrong}, which is no authority of the policy that answers OCSP`,
    remedy: 'Name authorities as the policy file does, or take the line out.',
  });
}
