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
  optional,
  required,
} from '../../shared/json-fields.ts';
import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import type {
  AuthorityView,
  CertificateView,
  CRLView,
  DeadlineView,
  EasyKeyView,
  IssuedCertificateView,
  PublicationView,
  ReminderView,
  RevocationsView,
  RevocationView,
  RunwayView,
  StatusView,
} from '../operations/views.ts';
import { ceremonyDutyView } from './ceremony-decoders.ts';
import { endingCertificateView } from './operator-decoders.ts';

/** What the signer answers, read with the fields this version knows. */

const string = required(anyText);
const number = required(anyNumber);

export const publicationView: Decode<PublicationView> = openObject<PublicationView>({
  state: required(choice('published', 'due')),
  epoch: number,
  reason: optional(anyText),
});

export const authorityView: Decode<AuthorityView> = openObject<AuthorityView>({
  name: string,
  issuer: string,
  subject: string,
  serialNumber: string,
  notBefore: string,
  notAfter: string,
  keystore: string,
  sha256: string,
  crlUrl: string,
  ocspUrl: string,
  caIssuersUrl: string,
  certificate: string,
  publication: required(publicationView),
});

export interface AuthorityList {
  readonly authorities: readonly AuthorityView[];
}

export const authorityList: Decode<AuthorityList> = openObject<AuthorityList>({
  authorities: required(list(authorityView)),
});

const CERTIFICATE_FIELDS: FieldsOf<CertificateView> = {
  authority: string,
  serialNumber: string,
  profile: string,
  subject: string,
  notBefore: string,
  notAfter: string,
  status: required(choice('good', 'revoked')),
  revocationDate: optional(anyText),
  revocationReason: optional(choice(...CRL_REASON_NAMES)),
  unverified: optional(list(anyText)),
  confirmations: optional(list(anyText)),
  keyRemovedAt: optional(anyText),
  sha256: string,
  url: required(nullable(anyText)),
  certificate: required(nullable(anyText)),
  publication: required(publicationView),
};

export const certificateView: Decode<CertificateView> = openObject(CERTIFICATE_FIELDS);

export interface CertificatePage {
  readonly certificates: readonly CertificateView[];
  /** The `after` of the next page; null: there is none. */
  readonly next: string | null;
}

export const certificatePage: Decode<CertificatePage> = openObject<CertificatePage>({
  certificates: required(list(certificateView)),
  next: required(nullable(anyText)),
});

export const issuedCertificateView: Decode<IssuedCertificateView> =
  openObject<IssuedCertificateView>({
    ...CERTIFICATE_FIELDS,
    requestSha256: string,
    spkiSha256: string,
    chain: required(list(anyText)),
  });

export const revocationView: Decode<RevocationView> = openObject<RevocationView>({
  authority: string,
  serialNumber: string,
  revocationDate: string,
  reason: required(choice(...CRL_REASON_NAMES)),
  recordedAt: string,
  request: number,
  crlNumber: number,
  publication: required(publicationView),
});

export const crlView: Decode<CRLView> = openObject<CRLView>({
  authority: string,
  crlNumber: number,
  thisUpdate: string,
  nextUpdate: string,
  entries: number,
  url: string,
  sha256: string,
  crl: string,
});

const runwayView: Decode<RunwayView> = openObject<RunwayView>({
  artifact: required(choice('ocsp', 'crl', 'responder')),
  authority: string,
  validUntil: string,
  hours: number,
});

const DEADLINE_FIELDS: FieldsOf<DeadlineView> = {
  duty: required(choice('investigate', 'revoke-should', 'revoke', 'publish')),
  source: string,
  due: string,
  met: required(nullable(anyText)),
  hoursLeft: number,
};

export const deadlineView: Decode<DeadlineView> = openObject<DeadlineView>(DEADLINE_FIELDS);

const revocationsView: Decode<RevocationsView> = openObject<RevocationsView>({
  open: number,
  deadlines: required(
    list(openObject<RevocationsView['deadlines'][number]>({ ...DEADLINE_FIELDS, request: number })),
  ),
});

const applicationDeadlines: Decode<StatusView['applications']> = openObject<
  StatusView['applications']
>({
  open: number,
  toDeliver: number,
  complained: number,
  receiptsDue: number,
  receiptsElapsed: number,
  nextReceiptDue: required(nullable(anyText)),
  toSign: required(
    list(
      openObject<StatusView['applications']['toSign'][number]>({
        application: number,
        authority: string,
        ceremony: required(nullable(anyText)),
      }),
    ),
  ),
});

const reminderView: Decode<ReminderView> = openObject<ReminderView>({
  kind: required(choice('private-key-use-ends', 'private-key-removal')),
  authority: string,
  serialNumber: string,
  subject: string,
  due: string,
  overdue: required(flag),
});

export const statusView: Decode<StatusView> = openObject<StatusView>({
  time: string,
  policy: string,
  epoch: number,
  headTime: required(nullable(anyText)),
  headExpires: required(nullable(anyText)),
  outbox: number,
  lastPublishError: required(nullable(anyText)),
  authorities: number,
  certificates: required(openObject<StatusView['certificates']>({ good: number, revoked: number })),
  applications: required(applicationDeadlines),
  easyKeys: required(
    list(
      openObject<EasyKeyView>({
        authority: string,
        serialNumber: string,
        cause: string,
        foundAt: string,
        revokeBefore: string,
      }),
    ),
  ),
  debianWeakKeys: required(
    list(openObject<StatusView['debianWeakKeys'][number]>({ key: string, entries: number })),
  ),
  runway: required(list(runwayView)),
  revocations: required(revocationsView),
  reminders: required(list(reminderView)),
  ceremonies: required(list(ceremonyDutyView)),
  endingCertificates: required(list(endingCertificateView)),
});
