import {
  choice,
  type Decode,
  list,
  matching,
  required,
  strictObject,
} from '../../shared/json-fields.ts';
import type { Result } from '../../shared/result.ts';
import { ceremonyID, ITEMS_MOST, policyName } from './bundle.ts';
import {
  base64Text,
  canonicalText,
  type DocumentError,
  decodeCanonical,
  sha256Text,
  timeText,
} from './canonical-document.ts';

/** What comes back for a bundle: signatures and the log of their making (docs/formats.md 13.2). */
export interface CeremonySignatures {
  readonly format: 'inkan-ceremony-signatures-1';
  readonly id: string;
  readonly authority: string;
  /** The hash of the request that was signed. */
  readonly requestSha256: string;
  /** notBefore of every certificate among the items. */
  readonly signedAt: string;
  /** Contents of the signature BIT STRING of each item, in their order. */
  readonly signatures: readonly string[];
  /** Lines of the offline host's log, from the showing to the last signature. */
  readonly log: readonly string[];
}

/** What a root's own ceremony brings (docs/formats.md 13.3). */
export interface CeremonyRoot {
  readonly format: 'inkan-ceremony-root-1';
  readonly authority: string;
  readonly policySha256: string;
  readonly keyLabel: string;
  /** DER of the self-signed certificate. */
  readonly certificate: string;
  readonly log: readonly string[];
}

/** The public key of a sub-CA that was made on the offline host (docs/formats.md 13.4). */
export interface CeremonyKey {
  readonly format: 'inkan-ceremony-key-1';
  readonly authority: string;
  readonly policySha256: string;
  readonly keyLabel: string;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: string;
  readonly log: readonly string[];
}

export type CeremonyAnswer = CeremonySignatures | CeremonyRoot;

/** Two RSA-4096 signatures, a root certificate and a log of some twenty lines have 10 kB. */
export const ANSWER_MOST_CHARACTERS = 40_000;

const keyLabel = matching(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a key label');
const logLine = matching(/^\{"previous":"[0-9a-f]{64}",[ -~]{1,2000}\}$/, 'a line of the log');
const log = list(logLine, 100);

const signatures: Decode<CeremonySignatures> = strictObject<CeremonySignatures>({
  format: required(choice('inkan-ceremony-signatures-1')),
  id: required(ceremonyID),
  authority: required(policyName),
  requestSha256: required(sha256Text),
  signedAt: required(timeText),
  signatures: required(list(base64Text, ITEMS_MOST)),
  log: required(log),
});

const root: Decode<CeremonyRoot> = strictObject<CeremonyRoot>({
  format: required(choice('inkan-ceremony-root-1')),
  authority: required(policyName),
  policySha256: required(sha256Text),
  keyLabel: required(keyLabel),
  certificate: required(base64Text),
  log: required(log),
});

const key: Decode<CeremonyKey> = strictObject<CeremonyKey>({
  format: required(choice('inkan-ceremony-key-1')),
  authority: required(policyName),
  policySha256: required(sha256Text),
  keyLabel: required(keyLabel),
  spki: required(base64Text),
  log: required(log),
});

/** By its format first, so that what is wrong is told of the right kind. */
const answer: Decode<CeremonyAnswer> = (value, pointer) =>
  isRoot(value) ? root(value, pointer) : signatures(value, pointer);

function isRoot(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === 'inkan-ceremony-root-1'
  );
}

export function encodeAnswer(value: CeremonyAnswer | CeremonyKey): string {
  return canonicalText(value);
}

export function decodeAnswer(source: string): Result<CeremonyAnswer, DocumentError> {
  return decodeCanonical(source, answer, ANSWER_MOST_CHARACTERS);
}

export function decodeSignatures(source: string): Result<CeremonySignatures, DocumentError> {
  return decodeCanonical(source, signatures, ANSWER_MOST_CHARACTERS);
}

export function decodeCeremonyKey(source: string): Result<CeremonyKey, DocumentError> {
  return decodeCanonical(source, key, ANSWER_MOST_CHARACTERS);
}
