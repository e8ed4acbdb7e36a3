import { bytesFromBase64 } from '../../shared/bytes.ts';
import {
  choice,
  type Decode,
  matching,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { day } from '../../shared/policy/day.ts';
import { DOCUMENT_VERSION } from '../../shared/repository/edition-order.ts';
import { ok } from '../../shared/result.ts';
import { statement } from '../applications/screening.ts';
import type { DocumentInput } from '../documents/add-document.ts';
import { DOCUMENT_OCTETS_MAX } from '../documents/document-file.ts';
import { DOCUMENT_NAME } from '../documents/edition.ts';
import type { WithdrawalInput } from '../documents/withdraw-document.ts';
import { type Decoded, decodeNothing, malformed, type RawRequest } from './request-decoders.ts';
import { type Route, route } from './route.ts';

const DOCUMENTS = '/v1/documents';
const EDITION = `${DOCUMENTS}/{name}/{version}`;

const BASE64_MAX = Math.ceil(DOCUMENT_OCTETS_MAX / 3) * 4;

/** The file in base64, and 64 kB for what is said of it. */
const BODY_OCTETS_MAX = BASE64_MAX + (64 << 10);

export const DOCUMENT_ROUTES: readonly Route[] = [
  {
    ...route('POST', DOCUMENTS, 201, decodeAddDocument, (operations, input, actor) =>
      operations.addDocument(input, actor),
    ),
    maxBodyBytes: BODY_OCTETS_MAX,
  },
  route('GET', DOCUMENTS, 200, decodeNothing, (operations) => operations.listDocuments()),
  route('GET', `${DOCUMENTS}/{name}`, 200, decodeName, (operations, name) =>
    operations.showDocument(name),
  ),
  route('POST', `${EDITION}/withdrawal`, 201, decodeWithdrawal, (operations, input, actor) =>
    operations.withdrawDocument(input, actor),
  ),
];

const documentName = matching(DOCUMENT_NAME, 'lower-case letters, digits and hyphens, at most 48');
const version = matching(DOCUMENT_VERSION, 'a major and a minor number such as 5.08');

const document: Decode<DocumentInput> = strictObject<DocumentInput>({
  name: required(documentName),
  kind: required(
    choice(
      'certificate-policy',
      'certification-practice-statement',
      'subscriber-agreement',
      'relying-party-agreement',
      'notice',
    ),
  ),
  title: required(statement(500)),
  language: required(
    matching(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/, 'a language tag such as ja (BCP 47)'),
  ),
  version: required(version),
  effective: required(day),
  change: optional(
    strictObject<NonNullable<DocumentInput['change']>>({
      kind: required(choice('major', 'minor')),
      summary: required(statement(4_000)),
    }),
  ),
  fileName: required(text(255)),
  bytes: required(
    refined(text(BASE64_MAX), bytesFromBase64, 'must be base64 with padding (RFC 4648 4)'),
  ),
});

function decodeAddDocument({ body }: RawRequest): Decoded<DocumentInput> {
  return malformed(document(body, ''));
}

function decodeName(raw: RawRequest): Decoded<string> {
  const nothing = decodeNothing(raw);
  if (!nothing.ok) return nothing;
  return malformed(documentName(raw.parameters['name'], '{name}'));
}

function decodeWithdrawal({ parameters, body }: RawRequest): Decoded<WithdrawalInput> {
  const name = malformed(documentName(parameters['name'], '{name}'));
  if (!name.ok) return name;
  const edition = malformed(version(parameters['version'], '{version}'));
  if (!edition.ok) return edition;
  const said = malformed(
    strictObject<Pick<WithdrawalInput, 'reason'>>({ reason: required(statement(500)) })(body, ''),
  );
  return said.ok
    ? ok({ name: name.value, version: edition.value, reason: said.value.reason })
    : said;
}
