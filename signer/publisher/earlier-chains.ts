import { authorityFileURLs } from '../../shared/policy/authority-file-urls.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import { activeAuthorities } from '../database/authority-table.ts';
import { enqueueFile } from '../database/outbox-table.ts';
import { snapshotFileAt } from '../database/snapshot-table.ts';
import type { SignerContext } from '../signer-context.ts';

/**
 * At start: authorities of a version that published no certs-only message, or no PEM, get theirs with the
 * next epoch. Answers how many. A crash before that epoch repeats it at the next start.
 */
export function publishEarlierChains({ db, policy }: SignerContext): number {
  const without = activeAuthorities(db).filter(({ name }) => {
    const url = policy.authorities.get(name)?.caIssuers.url.value;
    if (url === undefined) return false;
    return Object.values(authorityFileURLs(url)).some((one) => !snapshotFileAt(db, pathOf(one)));
  });
  db.transaction((tx) => {
    for (const { id } of without) enqueueFile(tx, 'ca-certificate', id);
  });
  return without.length;
}
