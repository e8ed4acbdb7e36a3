import {
  choice,
  type Decode,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type UnixSeconds, unixSecondsFromISO } from '../../shared/time.ts';
import type {
  CreateRevocationRequestInput,
  ListRevocationRequestsInput,
  StepRevocationRequestInput,
} from '../operations/revocation-request-views.ts';
import { CHANNELS } from '../revocation/channels.ts';
import { GROUND_NAMES } from '../revocation/grounds.ts';
import { type AskedStep, REQUEST_STATES } from '../revocation/request-state.ts';
import {
  DEFAULT_LIMIT,
  DESCRIPTION_LENGTH,
  type Decoded,
  decodeQuery,
  limitFromText,
  MAX_LIMIT,
  malformed,
  name,
  parameter,
  type RawRequest,
  SERIAL_NUMBER_LENGTH,
} from './request-decoders.ts';

const PERSON_LENGTH = 200;

const words = text(DESCRIPTION_LENGTH);
const time: Decode<UnixSeconds> = refined(
  text(20),
  unixSecondsFromISO,
  'must be a time such as 2026-11-23T04:40:09Z',
);

const create: Decode<CreateRevocationRequestInput> = strictObject<CreateRevocationRequestInput>({
  serialNumber: optional(text(SERIAL_NUMBER_LENGTH)),
  authority: optional(name),
  allOf: optional(name),
  reason: required(choice(...CRL_REASON_NAMES)),
  revocationDate: optional(time),
  ground: required(choice(...GROUND_NAMES)),
  requestedBy: required(text(PERSON_LENGTH)),
  channel: required(choice(...CHANNELS)),
  verification: optional(words),
  description: required(words),
  evidence: optional(words),
  receivedAt: optional(time),
  wantedAt: optional(time),
});

export function decodeCreateRevocationRequest({
  query,
  body,
}: RawRequest): Decoded<CreateRevocationRequestInput> {
  const asked = decodeQuery(query, []);
  return asked.ok ? malformed(create(body, '')) : asked;
}

/** 1 to 9,007,199,254,740,991 without leading zeros, as the register writes its numbers. */
function numberFromText(digits: string): Result<number, 'refused'> {
  const number = /^[1-9][0-9]{0,15}$/.test(digits) ? Number(digits) : 0;
  return Number.isSafeInteger(number) && number > 0 ? ok(number) : err('refused');
}

const requestNumber: Decode<number> = refined(
  text(16),
  numberFromText,
  'must be the number of a request, such as 7',
);

function numberOf(raw: RawRequest): Decoded<number> {
  const asked = decodeQuery(raw.query, []);
  if (!asked.ok) return asked;
  const digits = parameter(raw, 'number', 16);
  return digits.ok ? malformed(requestNumber(digits.value, '{number}')) : digits;
}

export function decodeShowRevocationRequest(raw: RawRequest): Decoded<number> {
  return numberOf(raw);
}

type StepBody = Pick<StepRevocationRequestInput, 'note' | 'verification'>;

/** What each step wants to know; a cancellation and a note say nothing without words. */
const STEP_BODY: Readonly<Record<AskedStep, Decode<StepBody>>> = {
  investigate: strictObject<{ readonly note?: string }>({ note: optional(words) }),
  approve: strictObject<StepBody>({ note: optional(words), verification: optional(words) }),
  execute: strictObject<Record<never, never>>({}),
  cancel: strictObject<{ readonly note: string }>({ note: required(words) }),
  note: strictObject<{ readonly note: string }>({ note: required(words) }),
};

export function decodeStep(
  step: AskedStep,
): (raw: RawRequest) => Decoded<StepRevocationRequestInput> {
  return (raw) => {
    const number = numberOf(raw);
    if (!number.ok) return number;
    const body = malformed(STEP_BODY[step](raw.body, ''));
    return body.ok ? ok({ ...body.value, number: number.value, step }) : body;
  };
}

export function decodeListRevocationRequests(
  raw: RawRequest,
): Decoded<ListRevocationRequestsInput> {
  const query = decodeQuery(raw.query, ['state', 'open', 'serialNumber', 'after', 'limit']);
  if (!query.ok) return query;
  return malformed(
    strictObject<ListRevocationRequestsInput>({
      state: optional(choice(...REQUEST_STATES)),
      open: optional(refined(choice('true'), () => ok(true as const), 'must be true')),
      serialNumber: optional(text(SERIAL_NUMBER_LENGTH)),
      after: optional(requestNumber),
      limit: required(
        refined(text(4), limitFromText, `must be a whole number from 1 to ${MAX_LIMIT}`),
      ),
    })({ limit: String(DEFAULT_LIMIT), ...query.value }, '?'),
  );
}
