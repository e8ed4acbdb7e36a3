import { isoText, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { listOperators } from '../database/operator-table.ts';
import type { EndingCertificateView } from '../operations/operator-views.ts';
import type { SignerContext } from '../signer-context.ts';

const DAY: Seconds = 86_400;

/** How long before its end somebody is told: time for a request, an approval and a holiday. */
const WARNED_SECONDS: Seconds = 30 * DAY;

/** The signer's own certificate, as a TLS server. */
export interface ServerCertificate {
  readonly spkiSha256: string;
  readonly notAfter: UnixSeconds;
}

/**
 * The server's certificate and the newest key of each person that end within 30 days, the soonest first. One
 * that has ended stays on the list until it is renewed or revoked.
 */
export function endingCertificates(
  { db }: Pick<SignerContext, 'db'>,
  server: ServerCertificate | null,
  now: UnixSeconds,
): readonly EndingCertificateView[] {
  const newest = new Map<string, ServerCertificate & { readonly person: string }>();
  for (const row of listOperators(db)) {
    const other = newest.get(row.person);
    if (row.revoked || (other && other.notAfter >= row.notAfter)) continue;
    newest.set(row.person, row);
  }
  return [...(server ? [{ ...server, person: null }] : []), ...newest.values()]
    .filter(({ notAfter }) => notAfter < now + WARNED_SECONDS)
    .sort((a, b) => a.notAfter - b.notAfter)
    .map(({ person, spkiSha256, notAfter }) => ({
      ...{ person, spkiSha256, notAfter: isoText(notAfter) },
      daysLeft: Math.floor((notAfter - now) / DAY),
    }));
}

/** Logs `certificate-ends` for each of them: at once, then every day. */
export function endingAlarm(
  context: SignerContext,
  server: ServerCertificate | null,
  log: (event: { readonly type: string }) => void,
): () => void {
  let rungAt: UnixSeconds | null = null;
  const rung = new Set<string>();
  return () => {
    const now = context.clock();
    if (rungAt !== null && now >= rungAt + DAY) rung.clear();
    for (const ending of endingCertificates(context, server, now)) {
      if (rung.has(ending.spkiSha256)) continue;
      if (rung.size === 0) rungAt = now;
      rung.add(ending.spkiSha256);
      log({ type: 'certificate-ends', ...ending } as { type: string });
    }
  };
}
