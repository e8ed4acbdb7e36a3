import { ok, type Result } from '../../../shared/result.ts';
import type { CeremonyRequest } from '../bundle.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import { logFacts } from './log-facts.ts';
import type { Host } from './open-host.ts';
import { certifiedBy } from './remember-answer.ts';

/**
 * RFC 5280 4.1.2.2: a serial number that this host certified in another bundle is refused. A key that it
 * certified before (CSR-7) is only told: when the answer got lost and the bundle was superseded, the same
 * applicant comes with the same key again, and people know whether that is so. What was confirmed counts,
 * whether it was signed or not: nobody can know that after a stop.
 */
export function checkCertifiedBefore(
  host: Host,
  request: CeremonyRequest,
): Result<readonly (readonly [key: string, ceremony: string])[], HostError> {
  const facts = logFacts(host.linesSince(0));
  const before: (readonly [string, string])[] = [];
  for (const [serialNumber, key] of certifiedBy(request)) {
    const serialUsed = facts?.serialNumbers.get(`${request.authority.name} ${serialNumber}`);
    if (serialUsed !== undefined && serialUsed !== request.id) {
      const reason = `serial number ${serialNumber} was confirmed here in the ceremony ${serialUsed}`;
      return refuseAtHost('certificate-differs', reason, 'do not sign it; find out who made it');
    }
    const keyUsed = facts?.keys.get(key);
    if (keyUsed !== undefined && keyUsed !== request.id) before.push([key, keyUsed]);
  }
  return ok(before);
}
