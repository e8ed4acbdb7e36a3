import { err, ok, type Result } from '../../shared/result.ts';
import type { Seconds, UnixSeconds } from '../../shared/time.ts';
import { hasWaitingCertificates } from '../database/certificate-publication-table.ts';
import type { Transaction } from '../database/database.ts';
import { countWaitingDocuments } from '../database/document-table.ts';
import {
  type EpochRow,
  epochBlobs,
  latestEpoch,
  promisedEpochs,
  setEpochPublished,
} from '../database/epoch-table.ts';
import {
  dropUnusedBlobs,
  keepBlobs,
  keepsBlobs,
  startKeepingBlobs,
  stopKeepingBlobs,
} from '../database/kept-blob-table.ts';
import { countOutbox } from '../database/outbox-table.ts';
import {
  clearRepublishDue,
  isCatchUpUnsettled,
  isRepublishDue,
} from '../database/republish-state.ts';
import { setRequestsPublished } from '../database/revocation-due-table.ts';
import { documentDay } from '../documents/document-day.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { unexpected } from '../unexpected.ts';
import { hasUnlistedCertificates } from './issued-pages.ts';
import { promiseEpoch } from './promise-epoch.ts';
import type { PublishError } from './publish-error.ts';
import { PublishedStore, type StoreOptions } from './published-store.ts';

export interface PublisherOptions extends StoreOptions {
  /** From a head's time to its expiry. */
  readonly headLifetime: Seconds;
  /** Age at which a head is signed anew though nothing changed; at most an hour. */
  readonly headRenewal: Seconds;
  /** `kept`: published blobs stay on record for the blob port; absent, `dropped`. */
  readonly publishedBlobs?: 'kept' | 'dropped';
}

export interface Publisher {
  /**
   * Brings out what is promised and what waits in the outbox; with `renew` a new head in any case,
   * with `everything` the whole snapshot anew.
   * Callers that come while one run is under way share the next.
   */
  publish(what: PublishWhat): Promise<Result<number, PublishError>>;
  /** Whether `publish` has anything to do now. */
  isDue(): boolean;
  /** Why the last run failed; null when it did not. */
  lastError(): PublishError | null;
}

/** In rising order: each includes what is before it. */
const PUBLISH_WHAT = ['changes', 'renew', 'everything'] as const;
export type PublishWhat = (typeof PUBLISH_WHAT)[number];

interface Run {
  what: PublishWhat;
  readonly outcome: Promise<Result<number, PublishError>>;
}

export function openPublisher(context: SignerContext, options: PublisherOptions): Publisher {
  return new SnapshotPublisher(context, options);
}

class SnapshotPublisher implements Publisher {
  readonly #context: SignerContext;
  readonly #options: PublisherOptions;
  readonly #store: PublishedStore;
  #lastError: PublishError | null = null;
  #waiting: Run | undefined;

  constructor(context: SignerContext, options: PublisherOptions) {
    this.#context = context;
    this.#options = options;
    this.#store = new PublishedStore(context, options);
  }

  lastError(): PublishError | null {
    return this.#lastError;
  }

  isDue(): boolean {
    return promisedEpochs(this.#context.db).length > 0 || this.#hasChanges();
  }

  publish(what: PublishWhat): Promise<Result<number, PublishError>> {
    // Group commit: whoever asks before the next run starts is served by it.
    if (this.#waiting) {
      const larger = Math.max(PUBLISH_WHAT.indexOf(what), PUBLISH_WHAT.indexOf(this.#waiting.what));
      this.#waiting.what = PUBLISH_WHAT[larger] ?? what;
      return this.#waiting.outcome;
    }
    const run: Run = {
      what,
      outcome: this.#context.inTurn('publisher', async () => {
        this.#waiting = undefined;
        const outcome = await this.#publishInTurn(run.what).catch(unexpected);
        this.#lastError = outcome.ok ? null : outcome.error;
        return outcome;
      }),
    };
    this.#waiting = run;
    return run.outcome;
  }

  #hasChanges(): boolean {
    const { db, policy, clock } = this.#context;
    const waits =
      countOutbox(db) > 0 ||
      hasWaitingCertificates(db) ||
      hasUnlistedCertificates(this.#context) ||
      countWaitingDocuments(db, documentDay(policy, clock())) > 0;
    return (
      waits || isRepublishDue(db) || this.#lacksBlobs() || headIsOld(this.#context, this.#options)
    );
  }

  /** The blob port was turned on after what is published: one epoch of everything fills it. */
  #lacksBlobs(): boolean {
    const { db } = this.#context;
    const wanted = this.#options.publishedBlobs === 'kept' && !keepsBlobs(db);
    return wanted && latestEpoch(db) !== undefined;
  }

  async #publishInTurn(what: Run['what']): Promise<Result<number, PublishError>> {
    const compared = await this.#store.compare();
    if (!compared.ok) return compared;
    const kept = await this.#pushPromised();
    if (!kept.ok) return kept;
    if (what !== 'changes' || this.#hasChanges()) {
      const brought = await this.#bringNext(what === 'everything');
      if (!brought.ok) return brought;
    }
    const looked = await this.#store.lookForLosses();
    if (!looked.ok) return looked;
    return ok(latestEpoch(this.#context.db)?.number ?? 0);
  }

  async #bringNext(everything: boolean): Promise<Result<true, PublishError>> {
    const { signer, headLifetime, publishedBlobs } = this.#options;
    const { db } = this.#context;
    if (isCatchUpUnsettled(db)) return err({ code: 'catch-up-unsettled' });
    const begins = publishedBlobs === 'kept' && !keepsBlobs(db);
    const all = everything || begins || isRepublishDue(db);
    const extent = all ? 'everything' : 'changes';
    const promised = await promiseEpoch(this.#context, signer, headLifetime, extent);
    if (!promised.ok) return promised;
    // After a stop between the two the next epoch is of everything once more.
    if (all && publishedBlobs === 'kept') db.transaction(startKeepingBlobs);
    const pushed = await this.#pushPromised();
    if (pushed.ok && all) db.transaction(clearRepublishDue);
    return pushed;
  }

  /** Blobs of every promised epoch, all acknowledged, then the newest head: a crash repeats it. */
  async #pushPromised(): Promise<Result<true, PublishError>> {
    const { db, checkpoint, clock, audit } = this.#context;
    const promised = promisedEpochs(db);
    const newest = promised[promised.length - 1];
    if (!newest) return ok(true);
    for (const { number } of promised) {
      const put = await this.#store.putBlobs(epochBlobs(db, number));
      if (!put.ok) return put;
    }
    checkpoint('publish: blobs written');
    const head = await this.#store.putHead(newest.note);
    if (!head.ok) return head;
    checkpoint('publish: head written');
    const now = clock();
    db.transaction((tx) => {
      this.#keepOrDrop(tx, promised, now);
      for (const { number } of promised) setEpochPublished(tx, number, now);
      setRequestsPublished(tx, newest.number, now);
      rememberTime(tx, now);
    });
    audit.append({ type: 'epoch-published', epoch: newest.number });
    return ok(true);
  }

  #keepOrDrop(tx: Transaction, published: readonly EpochRow[], now: UnixSeconds): void {
    if (this.#options.publishedBlobs !== 'kept') {
      if (keepsBlobs(tx)) stopKeepingBlobs(tx);
      return;
    }
    if (!keepsBlobs(tx)) return;
    for (const { number } of published) keepBlobs(tx, number);
    dropUnusedBlobs(tx, now);
  }
}

function headIsOld(context: SignerContext, options: PublisherOptions): boolean {
  const latest = latestEpoch(context.db);
  return latest !== undefined && context.clock() >= latest.time + options.headRenewal;
}
