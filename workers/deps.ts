import type { PublicationKey } from '../shared/snapshot/head.ts';
import type { Clock, Seconds } from '../shared/time.ts';
import { type CheckProgram, createCheckProgram, type LoadProgram } from './check-program.ts';
import { createFileReader, type FileReader } from './file-reader.ts';
import { headVerifier } from './head-verification.ts';
import { createHeadWatch, type HeadWatch } from './head-watch.ts';
import { createLiveAnswers, type LiveAnswers, type LiveSource } from './live-answers.ts';
import { createMemo, type Memo } from './memo.ts';
import { createMonitoring, type Monitoring } from './monitoring.ts';
import type { GivenAnswer, OCSPAnswer } from './ocsp-answer.ts';
import { createOutcomeExport, type OutcomeExport, type OutcomeSink } from './outcome-export.ts';
import type { Radar } from './radar.ts';
import { createShardReader, type ShardReader } from './shard-reader.ts';
import { createStatusPages, type StatusPages } from './status-page.ts';
import { createStoreList, type NamedStore } from './store-list.ts';
import { createUnassignedQueries, type UnassignedQueries } from './unassigned-queries.ts';

/** All that a handler may use besides its request. */
export interface Deps {
  readonly clock: Clock;
  readonly heads: HeadWatch;
  readonly shards: ShardReader;
  readonly files: FileReader;
  /** By shard, hash and serial number: they outlive the epoch while their shard does. */
  readonly answers: Memo<OCSPAnswer>;
  /** By request as it was sent. */
  readonly given: Memo<GivenAnswer>;
  readonly monitoring: Monitoring;
  readonly queries: UnassignedQueries;
  readonly outcomes: OutcomeExport;
  readonly statusPages: StatusPages;
  readonly publicationKey: PublicationKey;
  /** Absent: every answer is a stored one. */
  readonly live: LiveAnswers | undefined;
  /** The program of the check page; loaded when it is asked for the first time. */
  readonly checkProgram: () => Promise<CheckProgram | undefined>;
}

/** What whoever runs the edge decides. */
export interface EdgeConfiguration {
  readonly publicationKey: PublicationKey;
  readonly mirrors: readonly string[];
  /** Origin that the requests of the `SIGNER` binding are for. */
  readonly signerURL: string;
  /** Issuers whose signer may be asked for a response, SHA-1 of their keys; none: nobody is. */
  readonly liveIssuers: ReadonlySet<string>;
  readonly headRereadSeconds: Seconds;
  readonly memoMaxBytes: number;
}

/** What the composition root brings from outside. */
export interface Surroundings {
  readonly clock: Clock;
  /** Asked in this order. */
  readonly stores: readonly NamedStore[];
  readonly storeTimeLimitMilliseconds: number;
  readonly radar?: Radar | undefined;
  readonly outcomes?: OutcomeSink | undefined;
  readonly live?: LiveSource | undefined;
  readonly loadCheckProgram?: LoadProgram | undefined;
  /** Takes a line about what was refused. */
  readonly report: (line: string) => void;
}

export function createDeps(
  configuration: Omit<EdgeConfiguration, 'mirrors' | 'signerURL' | 'liveIssuers'>,
  surroundings: Surroundings,
): Deps {
  const { publicationKey, headRereadSeconds, memoMaxBytes } = configuration;
  const { clock, report, storeTimeLimitMilliseconds } = surroundings;
  const monitoring = createMonitoring(report);
  const stores = createStoreList(surroundings.stores, {
    timeLimitMilliseconds: storeTimeLimitMilliseconds,
    clock,
    monitoring,
  });
  const verify = headVerifier(publicationKey);
  const heads = createHeadWatch(headRereadSeconds, { stores, verify, clock, monitoring });
  const share = (sixteenths: number) => Math.floor((memoMaxBytes * sixteenths) / 16);
  const shards = createShardReader(stores, { shards: share(6), pages: share(2) }, monitoring);
  return {
    clock,
    monitoring,
    publicationKey,
    checkProgram: createCheckProgram(surroundings.loadCheckProgram ?? noProgram, (detail) =>
      monitoring.bug(`check program: ${detail}`),
    ),
    outcomes: createOutcomeExport(surroundings.outcomes, monitoring),
    statusPages: createStatusPages(),
    queries: createUnassignedQueries(surroundings.radar, monitoring),
    heads,
    shards,
    live:
      surroundings.live &&
      createLiveAnswers(surroundings.live, { clock, heads, shards, monitoring }),
    files: createFileReader(stores, { pages: share(1), chunks: share(2) }, monitoring),
    answers: createMemo(share(3)),
    given: createMemo(share(2)),
  };
}

async function noProgram(): Promise<string> {
  throw new Error('this edge was built without it');
}
