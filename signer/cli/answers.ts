import { ok, type Result } from '../../shared/result.ts';
import type { CertificateView, PublicationView } from '../operations/views.ts';
import type { Answer } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

export type Fact = readonly [name: string, value: string | number];

export function answered(
  json: unknown,
  lines: readonly string[],
  exit: ExitCode = EXIT.ok,
): Result<Answer, never> {
  return ok({ exit, json, text: lines.join('\n') });
}

/** One line a fact, the values in one column. */
export function factLines(facts: readonly Fact[]): readonly string[] {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts.map(([name, value]) => `${name.padEnd(width)}${value}`);
}

export function certificateFacts(certificate: CertificateView): readonly Fact[] {
  const { revocationDate, revocationReason, unverified, confirmations, keyRemovedAt } = certificate;
  return [
    ['authority', certificate.authority],
    ['serial number', certificate.serialNumber],
    ['profile', certificate.profile],
    ['subject', certificate.subject],
    ...(unverified === undefined
      ? []
      : [['unverified', `${unverified.join(', ')} (CP 3.2.4)`] as const]),
    ...(confirmations === undefined ? [] : [['stated', confirmations.join(', ')] as const]),
    ['not before', certificate.notBefore],
    ['not after', certificate.notAfter],
    ['status', certificate.status],
    ...(revocationDate === undefined ? [] : [['revoked as of', revocationDate] as const]),
    ...(revocationReason === undefined ? [] : [['reason', revocationReason] as const]),
    ...(keyRemovedAt === undefined ? [] : [['key removed', keyRemovedAt] as const]),
    ['sha-256', certificate.sha256],
    ...(certificate.url === null ? [] : [['file', certificate.url] as const]),
    publicationFact(certificate.publication),
  ];
}

export function publicationFact({ state, epoch, reason }: PublicationView): Fact {
  if (state === 'published') return ['publication', `published in epoch ${epoch}`];
  const why = reason === undefined ? '' : `: ${reason}`;
  return ['publication', `due, the signer keeps trying; last epoch ${epoch}${why}`];
}

/** A change that is recorded but not out yet has an exit code of its own. */
export function exitOf({ state }: PublicationView): ExitCode {
  return state === 'published' ? EXIT.ok : EXIT.due;
}

export function pemLines(certificates: readonly string[]): readonly string[] {
  return certificates.map((pem) => pem.trimEnd());
}
