import { certificatePublication } from '../database/certificate-publication-table.ts';
import { latestPublishedEpoch } from '../database/epoch-table.ts';
import { type PublishError, publishErrorText } from '../publisher/publish-error.ts';
import type { Publisher, PublishWhat } from '../publisher/publisher.ts';
import type { SignerContext } from '../signer-context.ts';
import type { PublicationView } from './views.ts';

export interface PublicationDeps {
  /** Milliseconds that an operation waits for its epoch before it answers `due`. */
  readonly publishWait: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

type Obstacle = PublishError | { readonly code: 'slow' };

function obstacleText(obstacle: Obstacle): string {
  if (obstacle.code === 'slow') return 'the store has not answered yet';
  return publishErrorText(obstacle);
}

/** Where the changes stand; with an obstacle they are recorded, due, and retried by the schedule. */
export function publicationOf(context: SignerContext, obstacle: Obstacle | null): PublicationView {
  const epoch = latestPublishedEpoch(context.db)?.number ?? 0;
  if (obstacle === null) return { state: 'published', epoch };
  return { state: 'due', epoch, reason: obstacleText(obstacle) };
}

/** OPS-4: published once the epoch that carries its first answer, and its file, is in the store. */
export function publicationOfCertificate(
  context: SignerContext,
  certificateId: number,
  told: PublicationView | null,
): PublicationView {
  const its = certificatePublication(context.db, certificateId);
  if (its?.state === 'published' && its.epoch !== null)
    return { state: 'published', epoch: its.epoch };
  const epoch = latestPublishedEpoch(context.db)?.number ?? 0;
  return { state: 'due', epoch, reason: told?.reason ?? 'its epoch is not in the store yet' };
}

/** Publishes and waits, but no longer than a person would. */
export async function publishNow(
  context: SignerContext,
  publisher: Publisher,
  { publishWait, sleep }: PublicationDeps,
  what: PublishWhat = 'changes',
): Promise<PublicationView> {
  const slow = sleep(publishWait).then(() => 'slow' as const);
  const outcome = await Promise.race([publisher.publish(what), slow]);
  if (outcome === 'slow') return publicationOf(context, { code: 'slow' });
  return publicationOf(context, outcome.ok ? null : outcome.error);
}
