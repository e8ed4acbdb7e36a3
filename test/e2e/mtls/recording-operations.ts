import { ok } from '../../../shared/result.ts';
import type { ApplicationOperations } from '../../../signer/operations/application-input.ts';
import type { ApplicationView } from '../../../signer/operations/application-views.ts';
import type { AuditOperations } from '../../../signer/operations/audit-views.ts';
import type { Actor, Operations } from '../../../signer/operations/operations.ts';
import type { RadarView } from '../../../signer/operations/radar-view.ts';
import type { RevocationRequestView } from '../../../signer/operations/revocation-request-views.ts';
import type {
  AuthorityView,
  CertificateView,
  CRLView,
  DeadlineView,
  PublicationView,
  RequestCheckView,
  ResponderView,
  StatusView,
} from '../../../signer/operations/views.ts';
import { recordingBackup } from './recording-backup.ts';
import { recordingCeremonies } from './recording-ceremonies.ts';
import { recordingDocuments } from './recording-documents.ts';
import { recordingOperators } from './recording-operators.ts';

export interface Call {
  readonly operation: keyof Operations;
  readonly input?: unknown;
  readonly actor?: Actor;
}

const RADAR: RadarView = {
  ...{ since: '2026-11-22T05:00:00Z', alertPerHour: 100, alert: false },
  edges: [{ url: 'http://ocsp.example', failure: null }],
  issuers: [
    {
      ...{ authority: 'root-ca', issuer: 'ab'.repeat(20), total: 9, mostInAnHour: 8, alert: false },
      hours: [{ hour: '2026-11-22T05:00:00Z', total: 8 }],
      serials: [{ serialNumber: '01a2', count: 5 }],
    },
  ],
};

const PUBLISHED: PublicationView = { state: 'published', epoch: 7 };

export const AUTHORITY: AuthorityView = {
  name: 'root-ca',
  issuer: 'root-ca',
  subject: 'C=JP, O=Example, CN=Root CA',
  serialNumber: '0102',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2046-01-01T00:00:00Z',
  keystore: 'file',
  sha256: 'aa',
  crlUrl: 'http://crl.example/root-ca.crl',
  ocspUrl: 'http://ocsp.example/',
  caIssuersUrl: 'http://repo.example/root-ca.cer',
  certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  publication: PUBLISHED,
};

export const CERTIFICATE: CertificateView = {
  authority: 'root-ca',
  serialNumber: '01a2',
  profile: 'tsa',
  subject: 'C=JP, O=Example, CN=TSA 01',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
  status: 'good',
  sha256: 'bb',
  url: null,
  certificate: '-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n',
  publication: PUBLISHED,
};

const DEADLINE: DeadlineView = {
  duty: 'revoke',
  source: 'CSBR 4.9.1.1, OPS-1',
  due: '2026-11-24T00:00:00Z',
  met: null,
  hoursLeft: 24,
};

export const RESPONDER: ResponderView = {
  authority: 'root-ca',
  state: 'signing',
  serialNumber: '01a3',
  subject: 'C=JP, O=Example, CN=Root CA OCSP',
  notBefore: '2026-11-01T00:00:00Z',
  notAfter: '2026-12-15T23:59:59Z',
  rotatesAt: '2026-12-02T00:00:00Z',
  keystore: 'file',
  keyLabel: 'root-ca-ocsp-00000000',
  answers: 3,
  sha256: 'cc',
  certificate: '-----BEGIN CERTIFICATE-----\nCCCC\n-----END CERTIFICATE-----\n',
};

export const STATUS: StatusView = {
  time: '2026-11-23T00:00:00Z',
  policy: 'example',
  epoch: 7,
  headTime: '2026-11-23T00:00:00Z',
  headExpires: '2026-11-23T02:00:00Z',
  outbox: 0,
  lastPublishError: null,
  authorities: 1,
  certificates: { good: 1, revoked: 0 },
  applications: {
    ...{ open: 2, toDeliver: 1, complained: 0, receiptsDue: 1, receiptsElapsed: 0 },
    nextReceiptDue: '2026-12-07T14:59:59Z',
    toSign: [],
  },
  easyKeys: [],
  debianWeakKeys: [{ key: 'RSA-3072', entries: 0 }],
  runway: [
    { artifact: 'ocsp', authority: 'root-ca', validUntil: '2026-11-24T00:00:00Z', hours: 24 },
  ],
  revocations: { open: 1, deadlines: [{ request: 7, ...DEADLINE }] },
  reminders: [],
  ceremonies: [],
  endingCertificates: [],
};

const REQUEST: RevocationRequestView = {
  number: 7,
  state: 'approved',
  origin: 'request',
  target: 'certificate',
  kind: 'subscriber',
  authority: 'root-ca',
  serialNumber: '01a2',
  subject: CERTIFICATE.subject,
  reason: 'superseded',
  receivedAt: '2026-11-23T00:00:00Z',
  nextDeadline: DEADLINE,
  revocationDate: null,
  ground: 'subscriber-request',
  requestedBy: 'T. Sato',
  channel: 'post',
  verification: 'called back',
  description: 'replaced',
  evidence: null,
  wantedAt: null,
  notice: null,
  recordedAt: '2026-11-23T00:00:00Z',
  recordedBy: 'bob',
  deadlines: [DEADLINE],
  events: [{ step: 'approve', at: '2026-11-23T01:00:00Z', person: 'alice', note: null }],
  below: null,
  revoked: 0,
  allowed: ['execute', 'cancel', 'note'],
  publication: null,
};

const REQUEST_CHECK: RequestCheckView = {
  profile: 'tsa',
  subject: 'C=JP, O=Example, CN=TSA 01',
  key: 'RSA-3072',
  requestSha256: 'dd',
  spkiSha256: 'ee',
  verdict: 'refused',
  checks: [
    { title: 'kind and size', rule: 'CRT-4', clause: 'CP 7.1.3', outcome: 'passed', reason: null },
    { title: 'no weak key', rule: 'CSR-7', clause: 'CSBR', outcome: 'refused', reason: 'it is' },
  ],
};

const CRL: CRLView = {
  authority: 'root-ca',
  crlNumber: 3,
  thisUpdate: '2026-11-23T00:00:00Z',
  nextUpdate: '2026-11-30T00:00:00Z',
  entries: 0,
  url: AUTHORITY.crlUrl,
  sha256: 'cc',
  crl: '-----BEGIN X509 CRL-----\nCCCC\n-----END X509 CRL-----\n',
};

export const APPLICATION: ApplicationView = {
  ...{ application: 7, kind: 'new', state: 'received', authority: 'root-ca', profile: 'tsa' },
  subject: 'C=JP, O=Example, CN=TSA 01',
  organisation: 'Example',
  agent: 'A. Agent',
  ...{ subjectAltNames: [], leaveOut: [] },
  receivedAt: '2026-11-23T00:00:00Z',
  ...{ requestSha256: 'dd', spkiSha256: 'ee', documents: [], screening: null },
  allowed: ['screen', 'withdraw'],
  ceremony: null,
  ...{ predecessor: null, successors: [], receipt: null, certificate: null, events: [] },
};

type Recorder = <T>(call: Call, value: T) => Promise<{ readonly ok: true; readonly value: T }>;

function recordingApplications(record: Recorder): ApplicationOperations {
  const act = (operation: keyof ApplicationOperations) => (input: unknown, actor: Actor) =>
    record({ operation, input, actor }, APPLICATION);
  return {
    createApplication: act('createApplication'),
    showApplication: (input) => record({ operation: 'showApplication', input }, APPLICATION),
    listApplications: (input) => record({ operation: 'listApplications', input }, [APPLICATION]),
    screenApplication: act('screenApplication'),
    approveApplication: act('approveApplication'),
    rejectApplication: act('rejectApplication'),
    withdrawApplication: act('withdrawApplication'),
    issueApplication: act('issueApplication'),
    deliverApplication: act('deliverApplication'),
    acceptApplication: act('acceptApplication'),
    complainOfApplication: act('complainOfApplication'),
  };
}

function recordingAudit(record: Recorder): AuditOperations {
  const sizes = { size: 0, firstHere: 1 };
  return {
    readAudit: (input) =>
      record({ operation: 'readAudit', input }, { events: [], next: null, ...sizes }),
    readAuditLines: (input) =>
      record({ operation: 'readAuditLines', input }, { first: 1, lines: [], next: null }),
    readAuditHeads: (input) =>
      record(
        { operation: 'readAuditHeads', input },
        { publicationKey: null, ...sizes, heads: [], next: null },
      ),
    readAuditCertificates: (input) =>
      record({ operation: 'readAuditCertificates', input }, { certificates: [], next: null }),
  };
}

/** Those about responders. */
function recordingResponders(
  record: Recorder,
): Pick<Operations, 'rotateResponder' | 'showResponder' | 'listResponders'> {
  return {
    rotateResponder: (input, actor) =>
      record(
        { operation: 'rotateResponder', input, actor },
        { ...RESPONDER, replaces: '01a2', publication: PUBLISHED },
      ),
    showResponder: (input) => record({ operation: 'showResponder', input }, RESPONDER),
    listResponders: () =>
      record(
        { operation: 'listResponders' },
        { responders: [RESPONDER], uncertifiedKeys: [], unanswered: 0 },
      ),
  };
}

/** Operations that do nothing but write down that they were reached; `replaced` goes before. */
export function recordingOperations(calls: Call[], replaced: Partial<Operations> = {}): Operations {
  const record = <T>(call: Call, value: T) => {
    calls.push(call);
    return Promise.resolve(ok(value));
  };
  return {
    ...recordingAudit(record),
    createAuthority: (input, actor) =>
      record({ operation: 'createAuthority', input, actor }, AUTHORITY),
    showAuthority: (input) => record({ operation: 'showAuthority', input }, AUTHORITY),
    listAuthorities: () => record({ operation: 'listAuthorities' }, [AUTHORITY]),
    issueCertificate: (input, actor) =>
      record(
        { operation: 'issueCertificate', input, actor },
        {
          ...CERTIFICATE,
          requestSha256: 'dd',
          spkiSha256: 'ee',
          chain: [AUTHORITY.certificate],
        },
      ),
    showCertificate: (serialNumber, authority) =>
      record({ operation: 'showCertificate', input: { serialNumber, authority } }, CERTIFICATE),
    listCertificates: (input) => record({ operation: 'listCertificates', input }, [CERTIFICATE]),
    revokeCertificate: (input, actor) =>
      record(
        { operation: 'revokeCertificate', input, actor },
        {
          authority: 'root-ca',
          serialNumber: input.serialNumber,
          revocationDate: '2026-11-23T00:00:00Z',
          reason: input.reason,
          recordedAt: '2026-11-23T00:00:00Z',
          request: 7,
          crlNumber: 4,
          publication: { state: 'due', epoch: 7, reason: 'KV is throttled' },
        },
      ),
    ...recordingApplications(record),
    checkRequest: (input, actor) =>
      record({ operation: 'checkRequest', input, actor }, REQUEST_CHECK),
    addWeakKeys: (input, actor) =>
      record(
        { operation: 'addWeakKeys', input, actor },
        { list: input.list, key: input.key, entries: 2 },
      ),
    createRevocationRequest: (input, actor) =>
      record({ operation: 'createRevocationRequest', input, actor }, REQUEST),
    showRevocationRequest: (input) =>
      record({ operation: 'showRevocationRequest', input }, REQUEST),
    listRevocationRequests: (input) =>
      record({ operation: 'listRevocationRequests', input }, [REQUEST]),
    stepRevocationRequest: (input, actor) =>
      record({ operation: 'stepRevocationRequest', input, actor }, REQUEST),
    recordKeyRemoval: (input, actor) =>
      record({ operation: 'recordKeyRemoval', input, actor }, CERTIFICATE),
    ...recordingCeremonies(record),
    ...recordingDocuments(record),
    ...recordingOperators(record),
    showCRL: (input) => record({ operation: 'showCRL', input }, CRL),
    ...recordingResponders(record),
    publish: (input, actor) => record({ operation: 'publish', input, actor }, PUBLISHED),
    ...recordingBackup((call) => calls.push(call)),
    readRadar: (input) => record({ operation: 'readRadar', input }, RADAR),
    status: () => record({ operation: 'status' }, STATUS),
    ...replaced,
  };
}
