import {
  type Decode,
  flag,
  integer,
  list,
  matching,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { ITEMS_MOST } from '../ceremony/bundle.ts';
import type { ExportCeremonyInput } from '../ceremony/ceremony-order.ts';
import type { ImportCeremonyInput } from '../operations/ceremony-operations.ts';
import type { RawRequest } from './request-decoders.ts';
import { malformed, parameter } from './request-decoders.ts';
import type { RequestError } from './request-error.ts';

type Decoded<T> = Result<T, RequestError>;

const NAME_LENGTH = 100;
const ID_LENGTH = 32;

/** A document with its line ends, short enough for the listener's bound on bodies. */
const fileText = matching(
  /^[\n -~]{1,50000}$/,
  'the text of a ceremony file, at most 50,000 octets',
);

const sha256Text = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');

/** With the CRL as many as a bundle has; each once. */
const applications: Decode<readonly number[]> = refined(
  list(integer(1, Number.MAX_SAFE_INTEGER), ITEMS_MOST - 1),
  (numbers) => (new Set(numbers).size === numbers.length ? ok(numbers) : err('twice')),
  'must name each application once',
);

const exported: Decode<ExportCeremonyInput> = strictObject<ExportCeremonyInput>({
  authority: required(text(NAME_LENGTH)),
  reason: required(text(1_000)),
  subordinate: optional(text(NAME_LENGTH)),
  subordinateKey: optional(fileText),
  subordinateKeySha256: optional(sha256Text),
  applications: optional(applications),
  responder: optional(flag),
  keystore: optional(text(NAME_LENGTH)),
  validDays: optional(integer(1, 90)),
});

const imported: Decode<ImportCeremonyInput> = strictObject<ImportCeremonyInput>({
  text: required(fileText),
  sha256: optional(sha256Text),
});

export function decodeExportCeremony({ body }: RawRequest): Decoded<ExportCeremonyInput> {
  return malformed(exported(body, ''));
}

export function decodeImportCeremony({ body }: RawRequest): Decoded<ImportCeremonyInput> {
  return malformed(imported(body, ''));
}

/** The `{id}` of the path; a POST sends `{}`. */
export function decodeCeremonyID(raw: RawRequest): Decoded<string> {
  const id = parameter(raw, 'id', ID_LENGTH);
  if (!id.ok || raw.body === undefined) return id;
  const body = malformed(strictObject<Record<never, never>>({})(raw.body, ''));
  return body.ok ? ok(id.value) : body;
}
