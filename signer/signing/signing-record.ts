import { createHash } from 'node:crypto';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, type Result } from '../../shared/result.ts';
import type { AuditEvent, AuditLog } from '../audit/audit-log.ts';
import type { Disagreement } from './second-opinion/disagreement.ts';
import type { Artifact, SigningError } from './signing-error.ts';

/** On record before the error is told: what was signed wrongly says something of the device. */
export function refuseSignature(
  audit: AuditLog,
  artifact: Artifact | 'head' | 'edge-request',
  keyLabel: string,
): Result<never, SigningError> {
  const disagreement = { field: 'signature', meant: 'verifies', found: 'does not verify' };
  audit.append({ type: 'artifact-refused', artifact, keyLabel, ...disagreement });
  return err({ code: 'signature-wrong', keyLabel });
}

export function refuseArtifact(
  audit: AuditLog,
  artifact: Artifact,
  keyLabel: string,
  disagreement: Disagreement,
): Result<never, SigningError> {
  audit.append({ type: 'artifact-refused', artifact, keyLabel, ...disagreement });
  return err({ code: 'artifact-wrong', artifact, ...disagreement });
}

export function aboutToSign(
  artifact: 'certificate' | 'crl' | 'ocsp' | 'head' | 'edge-request',
  keyLabel: string,
  messages: readonly Uint8Array[],
  count: number = messages.length,
): AuditEvent {
  const digest = createHash('sha256');
  for (const message of messages) digest.update(message);
  return { type: 'signing', artifact, keyLabel, tbsSha256: hexFromBytes(digest.digest()), count };
}
