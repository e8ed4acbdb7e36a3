import { bytesFromBase64 } from '../../shared/bytes.ts';
import {
  choice,
  type Decode,
  flag,
  list,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { unixSecondsFromISO } from '../../shared/time.ts';
import { OPTIONAL_EXTENSIONS } from '../issuance/optional-extensions.ts';
import { SUBJECT_ALT_NAMES_MAX } from '../issuance/subject-alt-name.ts';
import { CONFIRMATIONS } from '../issuance/subject-register.ts';
import type {
  CreateAuthorityInput,
  IssueCertificateInput,
  ListCertificatesInput,
  PublishInput,
  RecordKeyRemovalInput,
  RevokeCertificateInput,
} from '../operations/operations.ts';
import type { RequestError } from './request-error.ts';

/** A request as it came, its bytes read and nothing yet believed. */
export interface RawRequest {
  /** The parts of the path that the route's pattern names, percent-decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined for a route without a body. */
  readonly body: unknown;
}

export type Decoded<T> = Result<T, RequestError>;

const NAME_LENGTH = 100;
const SUBJECT_LENGTH = 2_000;
export const SERIAL_NUMBER_LENGTH = 100;
/** Of what people write into registers. */
export const DESCRIPTION_LENGTH = 2_000;
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;

export const name: Decode<string> = text(NAME_LENGTH);

const createAuthority: Decode<CreateAuthorityInput> = strictObject<CreateAuthorityInput>({
  authority: required(name),
  keystore: optional(name),
});

const issueCertificate: Decode<IssueCertificateInput> = strictObject<IssueCertificateInput>({
  authority: required(name),
  profile: required(name),
  request: required(
    refined(text(64 << 10), bytesFromBase64, 'must be base64 with padding (RFC 4648 4)'),
  ),
  subject: optional(text(SUBJECT_LENGTH)),
  subjectAltNames: optional(list(text(253), SUBJECT_ALT_NAMES_MAX)),
  leaveOut: optional(list(choice(...OPTIONAL_EXTENSIONS), OPTIONAL_EXTENSIONS.length)),
  confirmations: optional(list(choice(...CONFIRMATIONS), CONFIRMATIONS.length)),
  wait: optional(flag),
});

type RevocationBody = Omit<RevokeCertificateInput, 'serialNumber'>;

const revocation: Decode<RevocationBody> = strictObject<RevocationBody>({
  authority: optional(name),
  reason: required(choice(...CRL_REASON_NAMES)),
  revocationDate: optional(
    refined(text(20), unixSecondsFromISO, 'must be a time such as 2026-11-23T04:40:09Z'),
  ),
  description: optional(text(DESCRIPTION_LENGTH)),
});

const keyRemoval: Decode<Omit<RecordKeyRemovalInput, 'serialNumber'>> = strictObject<
  Omit<RecordKeyRemovalInput, 'serialNumber'>
>({ authority: optional(name), record: required(text(500)) });

const publish: Decode<PublishInput> = strictObject<PublishInput>({ everything: optional(flag) });

const nothing: Decode<Record<never, never>> = strictObject<Record<never, never>>({});

export function decodeCreateAuthority({ body }: RawRequest): Decoded<CreateAuthorityInput> {
  return malformed(createAuthority(body, ''));
}

export function decodeIssueCertificate({ body }: RawRequest): Decoded<IssueCertificateInput> {
  return malformed(issueCertificate(body, ''));
}

export function decodeRevokeCertificate(raw: RawRequest): Decoded<RevokeCertificateInput> {
  const serialNumber = parameter(raw, 'serialNumber', SERIAL_NUMBER_LENGTH);
  if (!serialNumber.ok) return serialNumber;
  const body = malformed(revocation(raw.body, ''));
  return body.ok ? ok({ ...body.value, serialNumber: serialNumber.value }) : body;
}

export function decodeRecordKeyRemoval(raw: RawRequest): Decoded<RecordKeyRemovalInput> {
  const serialNumber = parameter(raw, 'serialNumber', SERIAL_NUMBER_LENGTH);
  if (!serialNumber.ok) return serialNumber;
  const body = malformed(keyRemoval(raw.body, ''));
  return body.ok ? ok({ ...body.value, serialNumber: serialNumber.value }) : body;
}

export function decodeListCertificates(raw: RawRequest): Decoded<ListCertificatesInput> {
  const query = decodeQuery(raw.query, ['authority', 'status', 'after', 'limit']);
  if (!query.ok) return query;
  return malformed(
    strictObject<ListCertificatesInput>({
      authority: optional(name),
      status: optional(choice('good', 'revoked')),
      after: optional(text(SERIAL_NUMBER_LENGTH)),
      limit: required(
        refined(text(4), limitFromText, `must be a whole number from 1 to ${MAX_LIMIT}`),
      ),
    })({ limit: String(DEFAULT_LIMIT), ...query.value }, '?'),
  );
}

export interface ShowCertificateInput {
  readonly serialNumber: string;
  readonly authority?: string;
}

export function decodeShowCertificate(raw: RawRequest): Decoded<ShowCertificateInput> {
  const serialNumber = parameter(raw, 'serialNumber', SERIAL_NUMBER_LENGTH);
  if (!serialNumber.ok) return serialNumber;
  const query = decodeQuery(raw.query, ['authority']);
  if (!query.ok) return query;
  const { authority } = query.value;
  if (authority === undefined) return ok({ serialNumber: serialNumber.value });
  const named = malformed(name(authority, '?authority'));
  return named.ok ? ok({ serialNumber: serialNumber.value, authority: named.value }) : named;
}

/** The `{name}` of the path. */
export function decodeName(raw: RawRequest): Decoded<string> {
  const query = decodeQuery(raw.query, []);
  return query.ok ? parameter(raw, 'name', NAME_LENGTH) : query;
}

/** The same for a POST, whose body has no fields. */
export function decodeBareName(raw: RawRequest): Decoded<string> {
  const body = malformed(nothing(raw.body, ''));
  return body.ok ? decodeName(raw) : body;
}

export function decodePublish({ query, body }: RawRequest): Decoded<PublishInput> {
  const asked = decodeQuery(query, []);
  return asked.ok ? malformed(publish(body, '')) : asked;
}

/** A route that takes neither query nor body fields; a POST still sends `{}` (see body.ts). */
export function decodeNothing({ query, body }: RawRequest): Decoded<undefined> {
  const asked = decodeQuery(query, []);
  if (!asked.ok) return asked;
  if (body === undefined) return ok(undefined);
  const decoded = malformed(nothing(body, ''));
  return decoded.ok ? ok(undefined) : decoded;
}

/** Every name at most once, and only these. */
export function decodeQuery<N extends string>(
  query: URLSearchParams,
  names: readonly N[],
): Decoded<{ readonly [K in N]?: string }> {
  const values: { [K in N]?: string } = {};
  for (const [asked, value] of query) {
    const known = names.find((candidate) => candidate === asked);
    if (known === undefined) return refuse(`?${asked.slice(0, 100)}`, 'is not a known parameter');
    if (Object.hasOwn(values, known)) return refuse(`?${known}`, 'is given twice');
    values[known] = value;
  }
  return ok(values);
}

export function parameter(
  { parameters }: RawRequest,
  key: string,
  maxLength: number,
): Decoded<string> {
  return malformed(text(maxLength)(parameters[key], `{${key}}`));
}

export function limitFromText(limit: string): Result<number, 'refused'> {
  if (!/^[1-9][0-9]{0,3}$/.test(limit)) return err('refused');
  return Number(limit) <= MAX_LIMIT ? ok(Number(limit)) : err('refused');
}

export function malformed<T>(
  result: Result<T, { readonly pointer: string; readonly reason: string }>,
): Decoded<T> {
  if (result.ok) return result;
  return refuse(result.error.pointer.replace(/^\?\//, '?'), result.error.reason);
}

function refuse(pointer: string, reason: string): Result<never, RequestError> {
  return err({ code: 'request-malformed', pointer, reason });
}
