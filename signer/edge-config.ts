import {
  type Decode,
  list,
  matching,
  refined,
  required,
  strictObject,
} from '../shared/json-fields.ts';
import { err, ok } from '../shared/result.ts';

/** Which edges may read the snapshot from the signer itself (ADR 17). */
export interface EdgeConfig {
  /** SHA-256 of the keys of their client certificates, lower-case hexadecimal. */
  readonly clients: readonly string[];
}

const spkiSha256: Decode<string> = matching(
  /^[0-9a-f]{64}$/,
  'a SHA-256 of 64 lower-case hexadecimal digits',
);

export const edge: Decode<EdgeConfig> = strictObject<EdgeConfig>({
  clients: required(
    refined(
      list(spkiSha256, 64),
      (clients) => (clients.length > 0 ? ok(clients) : err('empty')),
      'must name at least one key',
    ),
  ),
});
