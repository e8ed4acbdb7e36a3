import {
  type Decode,
  integer,
  list,
  matching,
  optional,
  refined,
  required,
  strictObject,
} from '../shared/json-fields.ts';
import { err, ok } from '../shared/result.ts';

/** Which edges may read the snapshot from the signer itself (ADR 17). */
export interface EdgeConfig {
  /** SHA-256 of the keys of their client certificates, lower-case hexadecimal. */
  readonly clients: readonly string[];
  /** Absent: no response is made on demand. */
  readonly live?: LiveConfig;
}

/** Responses made on demand (ADR 17). */
export interface LiveConfig {
  /** Authorities that have them; the others have not. */
  readonly authorities: readonly string[];
  /** Of all edges together; docs/operations.md says what one costs the signer's thread. */
  readonly answersPerSecond: number;
}

/** A fraction of what the one thread can do: the rest is the CA's. */
const LIVE_ANSWERS_PER_SECOND_MOST = 25;

const live: Decode<LiveConfig> = strictObject<LiveConfig>({
  authorities: required(
    list(matching(/^[a-z0-9][a-z0-9-]{0,47}$/, 'the name of an authority'), 64),
  ),
  answersPerSecond: required(integer(1, LIVE_ANSWERS_PER_SECOND_MOST)),
});

const spkiSha256: Decode<string> = matching(
  /^[0-9a-f]{64}$/,
  'a SHA-256 of 64 lower-case hexadecimal digits',
);

export const edge: Decode<EdgeConfig> = strictObject<EdgeConfig>({
  live: optional(live),
  clients: required(
    refined(
      list(spkiSha256, 64),
      (clients) => (clients.length > 0 ? ok(clients) : err('empty')),
      'must name at least one key',
    ),
  ),
});
