import { bytesEqual } from '../../../shared/bytes.ts';
import type { SignedDER } from '../../signing/signed-der.ts';
import type { Finding } from '../requirement.ts';

/** Findings that only a finished artifact can have: about its outside. */

export function algorithmsDiffer(rule: string, signed: SignedDER, inner: Uint8Array): Finding[] {
  if (bytesEqual(signed.algorithm, inner)) return [];
  const reason = 'the algorithm outside is not that inside';
  return [{ rule, source: 'RFC 5280 4.1.1.2, 5.1.1.2', level: 'error', reason }];
}

export function notice(rule: string, source: string, reason: string): Finding {
  return { rule, source, level: 'notice', reason };
}
