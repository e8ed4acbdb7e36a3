import type { OCSPShard } from '../shared/snapshot/ocsp-shard-reader.ts';
import type { Clock, Seconds, UnixSeconds } from '../shared/time.ts';
import type { FileReader } from './file-reader.ts';
import type { HeadWatch } from './head-watch.ts';
import type { ServedIssuer } from './issuer-index.ts';
import type { Monitoring } from './monitoring.ts';
import type { ShardReader } from './shard-reader.ts';
import type { Snapshot } from './snapshot.ts';

/** What a survey looks at. */
export interface Surveyed {
  readonly clock: Clock;
  readonly heads: HeadWatch;
  readonly shards: ShardReader;
  readonly files: FileReader;
  readonly monitoring: Monitoring;
}

/** One artifact and how long its answers are still valid, were the signer to stop now. */
export interface Runway {
  /** Path of a file, or `ocsp <issuer>`: the shard of this issuer that runs out first. */
  readonly artifact: string;
  readonly nextUpdate: UnixSeconds;
  readonly runwaySeconds: Seconds;
}

export type Alarm =
  | { readonly alarm: 'no-snapshot' }
  /** A newer head should long have come: a frozen store, or a signer that does not publish. */
  | { readonly alarm: 'head-expired'; readonly epoch: number; readonly expires: UnixSeconds }
  | { readonly alarm: 'runs-out'; readonly artifact: string; readonly runwaySeconds: Seconds }
  /** Shards that no store gives, of those that were looked at. */
  | { readonly alarm: 'shards-unavailable'; readonly issuer: string; readonly shards: number }
  /** No catalogue says which of many files are CRLs. */
  | { readonly alarm: 'crls-unknown' };

export interface Freshness {
  readonly time: UnixSeconds;
  readonly head: {
    readonly epoch: number;
    readonly time: UnixSeconds;
    readonly expires: UnixSeconds;
  } | null;
  /** What runs out first comes first. */
  readonly artifacts: readonly Runway[];
  readonly alarms: readonly Alarm[];
}

/** RSP-9: a new OCSP response is out 8 hours before the old one ends. */
const OCSP_RUNWAY_LEAST: Seconds = 8 * 3600;
/** CRLs come out of ceremonies, which people have to come together for. */
const FILE_RUNWAY_LEAST: Seconds = 7 * 86_400;
/** Shards looked at in one run; the next run goes on with the next ones. */
const SHARDS_A_RUN = 48;
/** How long a run's place among the shards stays the same. */
const RUN_SECONDS: Seconds = 300;

/** What of the adopted snapshot is about to run out. A bounded number of store reads. */
export async function surveyFreshness(deps: Surveyed): Promise<Freshness> {
  const time = deps.clock();
  const snapshot = await deps.heads.current();
  if (!snapshot) return { time, head: null, artifacts: [], alarms: [{ alarm: 'no-snapshot' }] };
  const { epoch, time: made, expires } = snapshot.head;
  const files = await fileRunways(snapshot, deps, time);
  const ocsp = await ocspRunways(snapshot, deps, time);
  const crls = files ?? [];
  const artifacts = [...crls, ...ocsp.runways].sort((a, b) => a.runwaySeconds - b.runwaySeconds);
  const alarms: Alarm[] = [
    ...(expires <= time ? [{ alarm: 'head-expired', epoch, expires } as const] : []),
    ...(files ? [] : [{ alarm: 'crls-unknown' } as const]),
    ...crls.filter(({ runwaySeconds }) => runwaySeconds < FILE_RUNWAY_LEAST).map(runsOut),
    ...ocsp.runways.filter(({ runwaySeconds }) => runwaySeconds < OCSP_RUNWAY_LEAST).map(runsOut),
    ...ocsp.alarms,
  ];
  return { time, head: { epoch, time: made, expires }, artifacts, alarms };
}

function runsOut({ artifact, runwaySeconds }: Runway): Alarm {
  return { alarm: 'runs-out', artifact, runwaySeconds };
}

function runway(artifact: string, nextUpdate: UnixSeconds, now: UnixSeconds): Runway {
  return { artifact, nextUpdate, runwaySeconds: nextUpdate - now };
}

/** Files of the root; where they fill pages the CRLs of the catalogue, undefined without one. */
async function fileRunways(
  snapshot: Snapshot,
  deps: Surveyed,
  now: UnixSeconds,
): Promise<readonly Runway[] | undefined> {
  const { files } = snapshot;
  if (files.level === 'root') {
    return files.entries.flatMap(({ path, nextUpdate }) =>
      nextUpdate === null ? [] : [runway(path, nextUpdate, now)],
    );
  }
  const { readCatalogue } = await import('./repository/catalogue-reader.ts');
  const catalogue = await readCatalogue({ snapshot, deps });
  if (!catalogue.ok) return undefined;
  return catalogue.value.authorities.flatMap(({ crl }) =>
    crl ? [runway(crl.path, crl.nextUpdate, now)] : [],
  );
}

async function ocspRunways(
  snapshot: Snapshot,
  deps: Surveyed,
  now: UnixSeconds,
): Promise<{ readonly runways: readonly Runway[]; readonly alarms: readonly Alarm[] }> {
  const issuers = [...snapshot.issuers.sha256.values()].flat();
  const runways: Runway[] = [];
  const alarms: Alarm[] = [];
  for (const issuer of issuers) {
    const most = Math.max(1, Math.floor(SHARDS_A_RUN / issuers.length));
    const surveyed = await surveyShards(issuer, placesOfRun(issuer, most, now), deps);
    if (surveyed.earliest !== undefined) {
      runways.push(runway(`ocsp ${issuer.label}`, surveyed.earliest, now));
    }
    if (surveyed.unavailable > 0) {
      const { unavailable: shards } = surveyed;
      alarms.push({ alarm: 'shards-unavailable', issuer: issuer.label, shards });
    }
  }
  return { runways, alarms };
}

function placesOfRun({ shardBits }: ServedIssuer, most: number, now: UnixSeconds): number[] {
  const shards = 2 ** shardBits;
  const first = (Math.floor(now / RUN_SECONDS) * most) % shards;
  return Array.from({ length: Math.min(most, shards) }, (_, i) => (first + i) % shards);
}

async function surveyShards(
  issuer: ServedIssuer,
  places: readonly number[],
  deps: Surveyed,
): Promise<{ readonly earliest: UnixSeconds | undefined; readonly unavailable: number }> {
  let earliest: UnixSeconds | undefined;
  let unavailable = 0;
  for (const place of places) {
    const read = await deps.shards.readShardAt(issuer, place);
    if (!read.ok) unavailable += 1;
    else if (read.value) earliest = earlier(earliest, read.value.shard);
  }
  return { earliest, unavailable };
}

function earlier(so: UnixSeconds | undefined, { header }: OCSPShard): UnixSeconds | undefined {
  let earliest = so;
  for (const { nextUpdate } of header.batches) {
    if (earliest === undefined || nextUpdate < earliest) earliest = nextUpdate;
  }
  return earliest;
}
