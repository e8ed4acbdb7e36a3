import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok } from '../../shared/result.ts';
import { isoText } from '../../shared/time.ts';
import { activeAuthorities, authorityById } from '../database/authority-table.ts';
import { latestCRL } from '../database/crl-table.ts';
import { createAuthority } from '../issuance/create-authority.ts';
import { pem } from '../issuance/pem.ts';
import { sha256 } from '../issuance/public-key.ts';
import { authorityView } from './authority-view.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Operations } from './operations.ts';
import { publicationOf } from './publication.ts';

type AuthorityOperations = Pick<
  Operations,
  'createAuthority' | 'showAuthority' | 'listAuthorities' | 'showCRL'
>;

export function authorityOperations({
  context,
  bringOut,
  auditRefusal,
  authorityNamed,
}: OperationTools): AuthorityOperations {
  const { db, door, policy } = context;
  return {
    createAuthority: async ({ authority, keystore: asked }, actor) => {
      const keystore = asked ?? door.keystoreNames[0] ?? '';
      if (!door.keystoreNames.includes(keystore)) {
        return err({ code: 'keystore-unknown', keystore, known: door.keystoreNames });
      }
      const created = await context.inTurn('create authority', () =>
        createAuthority(context, { authority, keystore, actor: actor.name }),
      );
      auditRefusal('ca create', actor, created);
      if (!created.ok) return created;
      const publication = await bringOut([...new Set([created.value.issuerId, created.value.id])]);
      const row = authorityById(db, created.value.id);
      if (!row)
        return err({ code: 'authority-unknown', authority, known: [...policy.authorities.keys()] });
      return ok(authorityView(context, row, publication));
    },
    showAuthority: async (name) => {
      const row = authorityNamed(name);
      return row.ok ? ok(authorityView(context, row.value, publicationOf(context, null))) : row;
    },
    listAuthorities: async () => {
      const publication = publicationOf(context, null);
      return ok(activeAuthorities(db).map((row) => authorityView(context, row, publication)));
    },
    showCRL: async (name) => {
      const row = authorityNamed(name);
      if (!row.ok) return row;
      const crl = latestCRL(db, row.value.id);
      if (!crl) return err({ code: 'crl-missing', authority: name });
      return ok({
        authority: name,
        crlNumber: crl.crlNumber,
        thisUpdate: isoText(crl.thisUpdate),
        nextUpdate: isoText(crl.nextUpdate),
        entries: crl.entries,
        url: policy.authorities.get(name)?.crl.url.value ?? '',
        sha256: hexFromBytes(sha256(crl.der)),
        crl: pem('X509 CRL', crl.der),
      });
    },
  };
}
