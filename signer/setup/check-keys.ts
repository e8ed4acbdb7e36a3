import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SignerConfig } from '../config.ts';
import { type AuthorityRow, activeAuthorities } from '../database/authority-table.ts';
import type { Database } from '../database/database.ts';
import { newestResponder } from '../database/responder-table.ts';
import { readSetting } from '../database/setting-table.ts';
import { type PublicationSigner, publicationKey } from '../publisher/publication-key.ts';
import type { StartError } from '../service.ts';
import type { SigningDoor } from '../signing/signing-door.ts';
import type { SigningError } from '../signing/signing-error.ts';
import { damagedState } from './damaged-state.ts';

/** Every key that the database counts on is there and is the one that it recorded. */
export async function checkKeys({
  config,
  db,
  door,
}: {
  readonly config: SignerConfig;
  readonly db: Database;
  readonly door: SigningDoor;
}): Promise<Result<PublicationSigner, StartError>> {
  const { name, keystore, keyLabel } = config.publication;
  const recorded = readSetting(db, 'publication-key');
  const publication = await door.publicKey(keystore, keyLabel);
  if (!publication.ok) return keyProblem(keyLabel, publication.error);
  const { spki } = publication.value;
  if (recorded !== hexFromBytes(spki))
    return damagedState('the publication key is not the one on record');
  for (const row of activeAuthorities(db)) {
    for (const key of keysHere(db, row)) {
      const found = await door.publicKey(key.keystore, key.keyLabel);
      if (!found.ok) return keyProblem(key.keyLabel, found.error);
      if (!bytesEqual(found.value.spki, key.spki))
        return damagedState(`the key ${key.keyLabel} is not the one on record`);
    }
  }
  return ok({ keystore, label: keyLabel, spki, key: publicationKey(name, spki) });
}

/** A key of offline custody is not here, and nothing here could use it (CRL-18). */
function keysHere(
  db: Database,
  row: AuthorityRow,
): readonly Pick<AuthorityRow, 'keystore' | 'keyLabel' | 'spki'>[] {
  const responder = newestResponder(db, row.id);
  return [...(row.custody === 'online' ? [row] : []), ...(responder ? [responder] : [])];
}

function keyProblem(
  label: string,
  error: SigningError,
): { readonly ok: false; readonly error: StartError } {
  const code = error.code === 'keystore' ? error.error.code : error.code;
  if (code === 'passphrase-wrong' || code === 'pin-incorrect') {
    return err({
      code: 'passphrase-refused',
      reason: `it does not open the key ${label}`,
      remedy: 'Give the right passphrase.',
    });
  }
  return damagedState(`the key ${label}: ${code}`);
}
