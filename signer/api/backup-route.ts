import { flag, list, matching, refined, required, strictObject } from '../../shared/json-fields.ts';
import { err, ok } from '../../shared/result.ts';
import { isRecipient } from '../backup/age.ts';
import type { BackupInput } from '../operations/backup-views.ts';
import { OctetStream } from './octet-stream.ts';
import { type Decoded, decodeQuery, malformed, type RawRequest } from './request-decoders.ts';
import { type Route, route } from './route.ts';

/** Post-quantum recipients have 2 kB each. */
const RECIPIENTS_MAX = 16;

export const BACKUP_ROUTE: Route = route(
  'POST',
  '/v1/backups',
  200,
  decodeMakeBackup,
  async (operations, input, actor) => {
    const backup = await operations.makeBackup(input, actor);
    if (!backup.ok) return backup;
    const { facts, octets, discard } = backup.value;
    return ok(new OctetStream(facts, octets, discard));
  },
);

const input = strictObject<BackupInput>({
  recipients: required(
    refined(
      list(
        refined(
          matching(/^age1[a-z0-9]{1,4000}$/, 'an age recipient'),
          (text) => (isRecipient(text) ? ok(text) : err('recipient')),
          'must be an age recipient',
        ),
        RECIPIENTS_MAX,
      ),
      (recipients) => (recipients.length > 0 ? ok(recipients) : err('empty')),
      'must name at least one recipient',
    ),
  ),
  withKeys: required(flag),
});

function decodeMakeBackup({ query, body }: RawRequest): Decoded<BackupInput> {
  const asked = decodeQuery(query, []);
  return asked.ok ? malformed(input(body, '')) : asked;
}
