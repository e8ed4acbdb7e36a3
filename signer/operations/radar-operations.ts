import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { isoText, unixSeconds } from '../../shared/time.ts';
import { activeAuthorities } from '../database/authority-table.ts';
import { keyIdentifier } from '../issuance/public-key.ts';
import type { RadarConfig } from '../publication-config.ts';
import type { PublicationSigner } from '../publisher/publication-key.ts';
import { bringTogether } from '../radar/bring-together.ts';
import { radarTarget, readEdge, signedCredentials } from '../radar/read-edge.ts';
import type { SignerContext } from '../signer-context.ts';
import type { OperationError } from './operation-error.ts';
import type { Operations } from './operations.ts';
import type { RadarView } from './radar-view.ts';

/** What reading the edges takes; absent without `radar` in config.json. */
export interface RadarDeps extends RadarConfig {
  readonly signer: PublicationSigner;
  readonly fetch: typeof fetch;
}

const HOUR = 3600;

export function radarOperations(
  context: SignerContext,
  deps: RadarDeps | undefined,
): Pick<Operations, 'readRadar'> {
  return {
    readRadar: async ({ hours }) =>
      deps ? readRadar(context, deps, hours) : err({ code: 'radar-not-configured' }),
  };
}

async function readRadar(
  context: SignerContext,
  { edges, alertPerHour, signer, fetch }: RadarDeps,
  hours: number,
): Promise<Result<RadarView, OperationError>> {
  const now = context.clock();
  const since = unixSeconds(now - (now % HOUR) - (hours - 1) * HOUR);
  const target = radarTarget(since);
  const credentials = await signedCredentials(context, signer, target);
  if (!credentials.ok) return credentials;
  const read = await Promise.all(
    edges.map((edge) => readEdge(edge, target, credentials.value, fetch)),
  );
  const names = authorityNames(context);
  const reports = read.map((report) => (report.ok ? report.value : []));
  const issuers = bringTogether(reports, alertPerHour, (issuer) => names.get(issuer));
  return ok({
    ...{ since: isoText(since), alertPerHour, issuers },
    alert: issuers.some(({ alert }) => alert),
    edges: edges.map((url, i) => {
      const report = read[i];
      return { url, failure: report && !report.ok ? report.error : null };
    }),
  });
}

/** By SHA-1 of the key bits, as edges name issuers. */
function authorityNames(context: SignerContext): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const row of activeAuthorities(context.db)) {
    const identifier = keyIdentifier(row.spki);
    if (identifier.ok) names.set(hexFromBytes(identifier.value), row.name);
  }
  return names;
}
