import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  type FieldsOf,
  flag,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import type {
  RequestEventView,
  RevocationRequestSummary,
  RevocationRequestView,
} from '../operations/revocation-request-views.ts';
import { GROUND_NAMES } from '../revocation/grounds.ts';
import { ASKED_STEPS, REQUEST_STATES, STEPS } from '../revocation/request-state.ts';
import { deadlineView, publicationView } from './view-decoders.ts';

/** What the signer answers about its register of revocations. */

const string = required(anyText);
const number = required(anyNumber);
const stringOrNull = required(nullable(anyText));

const SUMMARY_FIELDS: FieldsOf<RevocationRequestSummary> = {
  number,
  state: required(choice(...REQUEST_STATES)),
  origin: required(choice('request', 'emergency', 'earlier')),
  target: required(choice('certificate', 'authority')),
  kind: required(choice('subscriber', 'sub-ca', 'root', 'responder')),
  authority: string,
  serialNumber: string,
  subject: string,
  reason: required(choice(...CRL_REASON_NAMES)),
  receivedAt: string,
  nextDeadline: required(nullable(deadlineView)),
};

export interface RevocationRequestPage {
  readonly requests: readonly RevocationRequestSummary[];
  /** The `after` of the next page; null: there is none. */
  readonly next: number | null;
}

export const revocationRequestPage: Decode<RevocationRequestPage> =
  openObject<RevocationRequestPage>({
    requests: required(list(openObject<RevocationRequestSummary>(SUMMARY_FIELDS))),
    next: required(nullable(anyNumber)),
  });

const eventView: Decode<RequestEventView> = openObject<RequestEventView>({
  step: required(choice(...STEPS)),
  at: string,
  person: stringOrNull,
  note: stringOrNull,
});

type Notice = NonNullable<RevocationRequestView['notice']>;

export const revocationRequestView: Decode<RevocationRequestView> =
  openObject<RevocationRequestView>({
    ...SUMMARY_FIELDS,
    revocationDate: stringOrNull,
    ground: required(nullable(choice(...GROUND_NAMES))),
    requestedBy: string,
    channel: string,
    verification: stringOrNull,
    description: string,
    evidence: stringOrNull,
    wantedAt: stringOrNull,
    notice: required(
      nullable(openObject<Notice>({ businessDays: number, lastDay: string, kept: required(flag) })),
    ),
    recordedAt: string,
    recordedBy: string,
    deadlines: required(list(deadlineView)),
    events: required(list(eventView)),
    below: required(nullable(anyNumber)),
    revoked: number,
    allowed: required(list(choice(...ASKED_STEPS))),
    publication: required(nullable(publicationView)),
  });
