import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  type FieldsOf,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import { ok } from '../../shared/result.ts';
import { screening, shownDocuments } from '../applications/screening.ts';
import { APPLICATION_STATES, TRANSITIONS, type Transition } from '../applications/states.ts';
import { OPTIONAL_EXTENSIONS } from '../issuance/optional-extensions.ts';
import type {
  ApplicationEventView,
  ApplicationSummaryView,
  ApplicationView,
  ReceiptView,
} from '../operations/application-views.ts';
import { issuedCertificateView } from './view-decoders.ts';

/** What the signer answers about applications, read with the fields this version knows. */

const string = required(anyText);
const number = required(anyNumber);
const state = choice(...APPLICATION_STATES);

const SUMMARY: FieldsOf<ApplicationSummaryView> = {
  application: number,
  kind: required(choice('new', 'rekey', 'change')),
  state: required(state),
  authority: string,
  profile: string,
  subject: string,
  organisation: string,
  receivedAt: string,
};

export interface ApplicationPage {
  readonly applications: readonly ApplicationSummaryView[];
  /** The `after` of the next page; null: there is none. */
  readonly next: number | null;
}

export const applicationPage: Decode<ApplicationPage> = openObject<ApplicationPage>({
  applications: required(list(openObject(SUMMARY))),
  next: required(nullable(anyNumber)),
});

/** Shown as it is; each kind of event has its own fields. */
const evidence: Decode<ApplicationEventView['evidence']> = (value) =>
  ok(typeof value === 'object' && value !== null ? { ...value } : {});

const event: Decode<ApplicationEventView> = openObject<ApplicationEventView>({
  state: required(state),
  at: string,
  by: string,
  bySpkiSha256: string,
  evidence: required(evidence),
});

type Predecessor = NonNullable<ApplicationView['predecessor']>;

export const applicationView: Decode<ApplicationView> = openObject<ApplicationView>({
  ...SUMMARY,
  agent: string,
  subjectAltNames: required(list(anyText)),
  leaveOut: required(list(choice(...OPTIONAL_EXTENSIONS))),
  requestSha256: string,
  spkiSha256: string,
  documents: required(shownDocuments),
  screening: required(nullable(screening)),
  allowed: required(list(choice(...(Object.keys(TRANSITIONS) as Transition[])))),
  ceremony: required(nullable(anyText)),
  predecessor: required(
    nullable(
      openObject<Predecessor>({
        authority: string,
        serialNumber: string,
        application: required(nullable(anyNumber)),
      }),
    ),
  ),
  successors: required(list(anyNumber)),
  receipt: required(
    nullable(
      openObject<ReceiptView>({
        due: string,
        state: required(choice('due', 'elapsed', 'received', 'complained')),
      }),
    ),
  ),
  certificate: required(nullable(issuedCertificateView)),
  events: required(list(event)),
});
