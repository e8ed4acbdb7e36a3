import { bytesFromBase64 } from '../../shared/bytes.ts';
import {
  choice,
  type Decode,
  type FieldsOf,
  flag,
  list,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type {
  ChangeApplicationInput,
  Complaint,
  CreateApplicationInput,
  Delivery,
  NewApplicationInput,
  RekeyApplicationInput,
} from '../applications/applicant-input.ts';
import {
  EVIDENCE_LENGTH,
  type Screening,
  screening,
  shownDocuments,
  statement,
} from '../applications/screening.ts';
import { APPLICATION_STATES } from '../applications/states.ts';
import { OPTIONAL_EXTENSIONS } from '../issuance/optional-extensions.ts';
import { SUBJECT_ALT_NAMES_MAX } from '../issuance/subject-alt-name.ts';
import type { ListApplicationsInput, On } from '../operations/application-input.ts';
import { decodeQuery, limitFromText, malformed, type RawRequest } from './request-decoders.ts';
import type { RequestError } from './request-error.ts';

type Decoded<T> = Result<T, RequestError>;

const name = text(100);
/** Organisations and people, as their documents write them. */
const party = statement(200);
const reason = statement(500);
const reference = statement(EVIDENCE_LENGTH);
const serialNumber = text(100);
const subject = text(2_000);

type Chosen = Pick<NewApplicationInput, 'subjectAltNames' | 'leaveOut'>;

const CHOSEN: FieldsOf<Chosen> = {
  subjectAltNames: optional(list(text(253), SUBJECT_ALT_NAMES_MAX)),
  leaveOut: optional(list(choice(...OPTIONAL_EXTENSIONS), OPTIONAL_EXTENSIONS.length)),
};

type Applicant = Pick<NewApplicationInput, 'organisation' | 'agent' | 'documents' | 'request'>;

const APPLICANT: FieldsOf<Applicant> = {
  organisation: required(party),
  agent: required(party),
  documents: required(shownDocuments),
  request: required(
    refined(text(32 << 10), bytesFromBase64, 'must be base64 with padding (RFC 4648 4)'),
  ),
};

const newApplication: Decode<NewApplicationInput> = strictObject<NewApplicationInput>({
  kind: required(choice('new')),
  authority: required(name),
  profile: required(name),
  subject: optional(subject),
  ...CHOSEN,
  ...APPLICANT,
});

const rekeyApplication: Decode<RekeyApplicationInput> = strictObject<RekeyApplicationInput>({
  kind: required(choice('rekey')),
  serialNumber: required(serialNumber),
  authority: optional(name),
  confirmSameSubject: required(flag),
  ...APPLICANT,
});

const changeApplication: Decode<ChangeApplicationInput> = strictObject<ChangeApplicationInput>({
  kind: required(choice('change')),
  serialNumber: required(serialNumber),
  authority: optional(name),
  subject: required(subject),
  reason: required(choice('affiliationChanged', 'superseded')),
  ...CHOSEN,
  ...APPLICANT,
});

const BY_KIND: Readonly<Record<string, Decode<CreateApplicationInput>>> = {
  rekey: rekeyApplication,
  change: changeApplication,
};

/** By its kind first, so that what is wrong is told of the right one. */
export function decodeCreateApplication({
  query,
  body,
}: RawRequest): Decoded<CreateApplicationInput> {
  const asked = decodeQuery(query, []);
  if (!asked.ok) return asked;
  const kind = typeof body === 'object' && body !== null && 'kind' in body ? body.kind : undefined;
  const decode = kind === 'rekey' || kind === 'change' ? BY_KIND[kind] : undefined;
  return malformed((decode ?? newApplication)(body, ''));
}

export function decodeListApplications(raw: RawRequest): Decoded<ListApplicationsInput> {
  const query = decodeQuery(raw.query, ['state', 'after', 'limit']);
  if (!query.ok) return query;
  return malformed(
    strictObject<ListApplicationsInput>({
      state: optional(choice(...APPLICATION_STATES)),
      after: optional(refined(text(10), applicationNumber, 'must be the number of an application')),
      limit: required(refined(text(4), limitFromText, 'must be a whole number from 1 to 1000')),
    })({ limit: '100', ...query.value }, '?'),
  );
}

export function decodeApplicationNumber(raw: RawRequest): Decoded<number> {
  const asked = decodeQuery(raw.query, []);
  if (!asked.ok) return asked;
  const { parameters } = raw;
  return malformed(
    refined(
      text(10),
      applicationNumber,
      'must be the number of an application',
    )(parameters['application'], '{application}'),
  );
}

function applicationNumber(digits: string): Result<number, 'refused'> {
  return /^[1-9][0-9]{0,8}$/.test(digits) ? ok(Number(digits)) : err('refused');
}

type DecodeOn<T> = (raw: RawRequest) => Decoded<On<T>>;

/** A transition: the application is in the path, its evidence in the body. */
function decodeOn<T extends object>(evidence: Decode<T>): DecodeOn<T> {
  return (raw) => {
    const application = decodeApplicationNumber(raw);
    if (!application.ok) return application;
    const body = malformed(evidence(raw.body, ''));
    return body.ok ? ok({ ...body.value, application: application.value }) : body;
  };
}

interface Because {
  readonly reason: string;
}
interface Proved {
  readonly reference: string;
}

const because: Decode<Because> = strictObject<Because>({ reason: required(reason) });
const proved: Decode<Proved> = strictObject<Proved>({ reference: required(reference) });

export const decodeScreening: DecodeOn<Screening> = decodeOn(screening);
export const decodeApproval: DecodeOn<Partial<Proved>> = decodeOn(
  strictObject<Partial<Proved>>({ reference: optional(reference) }),
);
export const decodeRejection: DecodeOn<Because> = decodeOn(because);
export const decodeWithdrawal: DecodeOn<Because> = decodeOn(because);
export const decodeIssuance: DecodeOn<{ readonly wait?: boolean }> = decodeOn(
  strictObject<{ readonly wait?: boolean }>({ wait: optional(flag) }),
);
export const decodeDelivery: DecodeOn<Delivery> = decodeOn(
  strictObject<Delivery>({
    method: required(choice('handed-over', 'sent')),
    reference: required(reference),
  }),
);
export const decodeAcceptance: DecodeOn<Proved> = decodeOn(proved);
export const decodeComplaint: DecodeOn<Complaint> = decodeOn(
  strictObject<Complaint>({ reason: required(reason), reference: required(reference) }),
);
