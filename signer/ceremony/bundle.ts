import { hexFromBytes } from '../../shared/bytes.ts';
import {
  choice,
  type Decode,
  list,
  matching,
  nullable,
  refined,
  refuse,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { LintResult } from '../lint/linted.ts';
import {
  base64Text,
  canonicalText,
  type DocumentError,
  decodeCanonical,
  sha256Text,
  timeText,
} from './canonical-document.ts';
import { type SubscriberOrder, subscriberOrder } from './subscriber-item.ts';

/** What people compare: name and value, in order, made from the item's own bytes and application alone. */
export type Summary = readonly (readonly [name: string, value: string])[];

export interface CertificateItem {
  readonly kind: 'certificate';
  readonly role: 'ocsp-responder' | 'subordinate-ca' | 'subscriber';
  /** Name of the authority that a sub-CA certificate is for; else null. */
  readonly subjectAuthority: string | null;
  /** The application behind a subscriber's certificate; null for every other. */
  readonly subscriber: SubscriberOrder | null;
  /** Certificate profile of the policy. */
  readonly profile: string;
  /** DER of the TBSCertificate, base64; its validity is written anew at the moment of signing. */
  readonly tbs: string;
  readonly summary: Summary;
  /** What each rule of lint found in the bytes where the bundle was made. */
  readonly lint: readonly LintResult[];
}

export interface CRLItem {
  readonly kind: 'crl';
  /** DER of the TBSCertList, base64. */
  readonly tbs: string;
  readonly summary: Summary;
  readonly lint: readonly LintResult[];
}

export type CeremonyItem = CertificateItem | CRLItem;

/** What an offline key is asked to sign, why, and who asked. Times are RFC 3339, octets base64. */
export interface CeremonyRequest {
  /** 16 random octets, hexadecimal. */
  readonly id: string;
  readonly createdAt: string;
  /** After this it is neither signed nor imported. */
  readonly expiresAt: string;
  readonly requestedBy: string;
  /** SHA-256 of that person's key: who orders what subscribers get (CP 4.3.1). */
  readonly requestedByKey: string;
  readonly reason: string;
  readonly authority: {
    readonly name: string;
    /** DER of the Name and of the SubjectPublicKeyInfo. */
    readonly subject: string;
    readonly spki: string;
  };
  /** Of what the policy says of this authority and of the profiles used here. */
  readonly policySha256: string;
  readonly items: readonly CeremonyItem[];
}

/** A signature by an operator's key over the request's hash. */
export interface Approval {
  readonly operator: string;
  readonly spki: string;
  readonly signature: string;
}

/** The file that goes to the offline host (docs/formats.md 13.1). */
export interface CeremonyBundle {
  readonly format: 'inkan-ceremony-bundle-1';
  /** SHA-256 of the canonical text of `request`. */
  readonly requestSha256: string;
  readonly request: CeremonyRequest;
  readonly approvals: readonly Approval[];
}

export type BundleError =
  | DocumentError
  /** The hash in the file is not that of the request in it. */
  | { readonly code: 'bundle-changed'; readonly stated: string; readonly found: string };

/** A CRL of a million entries has 42 MB, 57 million characters as base64. */
export const BUNDLE_MOST_CHARACTERS = 67_108_864;
export const ITEMS_MOST = 8;
export const APPROVALS_MOST = 16;

/** Names of authorities and profiles, as the policy file has them. */
export const policyName: Decode<string> = matching(
  /^[a-z0-9][a-z0-9-]{0,47}$/,
  'a name of lower-case letters, digits and hyphens',
);
export const ceremonyID: Decode<string> = matching(/^[0-9a-f]{32}$/, '32 hexadecimal digits');
export const personName: Decode<string> = text(64);

const summaryLine: Decode<readonly [string, string]> = (value, pointer) => {
  if (!Array.isArray(value) || value.length !== 2) return refuse(pointer, 'must be [name, value]');
  const name = text(100)(value[0], `${pointer}/0`);
  if (!name.ok) return name;
  const content = text(2_000)(value[1], `${pointer}/1`);
  return content.ok ? ok([name.value, content.value]) : content;
};
const summary = list(summaryLine, 200);
const lintResult = strictObject<LintResult>({
  rule: required(text(100)),
  source: required(text(500)),
  result: required(choice('passed', 'warning', 'notice')),
  reason: required(nullable(text(2_000))),
});
const lintResults = list(lintResult, 200);

/** A sub-CA is named exactly where one is certified, an application where a subscriber is. */
const certificateItem: Decode<CertificateItem> = refined(
  strictObject<CertificateItem>({
    kind: required(choice('certificate')),
    role: required(choice('ocsp-responder', 'subordinate-ca', 'subscriber')),
    subjectAuthority: required(nullable(policyName)),
    subscriber: required(nullable(subscriberOrder)),
    profile: required(policyName),
    tbs: required(base64Text),
    summary: required(summary),
    lint: required(lintResults),
  }),
  (read) => {
    const { role, subjectAuthority, subscriber } = read;
    const named = (role === 'subordinate-ca') === (subjectAuthority !== null);
    return named && (role === 'subscriber') === (subscriber !== null) ? ok(read) : err('role');
  },
  'must have what its role asks for, and nothing else',
);

const crlItem: Decode<CRLItem> = strictObject<CRLItem>({
  kind: required(choice('crl')),
  tbs: required(base64Text),
  summary: required(summary),
  lint: required(lintResults),
});

const item: Decode<CeremonyItem> = (value, pointer) =>
  isCRL(value) ? crlItem(value, pointer) : certificateItem(value, pointer);

function isCRL(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'crl';
}

/** At least one item; of CRLs exactly one, and it is the last, so that it follows what is issued. */
const items: Decode<readonly CeremonyItem[]> = refined(
  list(item, ITEMS_MOST),
  (all) => {
    const crls = all.filter(({ kind }) => kind === 'crl').length;
    return crls === 1 && all[all.length - 1]?.kind === 'crl' ? ok(all) : err('order');
  },
  'must end with the one CRL',
);

const request: Decode<CeremonyRequest> = strictObject<CeremonyRequest>({
  id: required(ceremonyID),
  createdAt: required(timeText),
  expiresAt: required(timeText),
  requestedBy: required(personName),
  requestedByKey: required(sha256Text),
  reason: required(text(1_000)),
  authority: required(
    strictObject<CeremonyRequest['authority']>({
      name: required(policyName),
      subject: required(base64Text),
      spki: required(base64Text),
    }),
  ),
  policySha256: required(sha256Text),
  items: required(items),
});

const approval: Decode<Approval> = strictObject<Approval>({
  operator: required(personName),
  spki: required(base64Text),
  signature: required(base64Text),
});

const bundle: Decode<CeremonyBundle> = strictObject<CeremonyBundle>({
  format: required(choice('inkan-ceremony-bundle-1')),
  requestSha256: required(sha256Text),
  request: required(request),
  approvals: required(list(approval, APPROVALS_MOST)),
});

/** Lower-case hexadecimal SHA-256 of the request's canonical text. */
export function requestHash(value: CeremonyRequest): string {
  return hexFromBytes(sha256(Buffer.from(canonicalText(value))));
}

export function encodeBundle(value: CeremonyRequest, approvals: readonly Approval[]): string {
  return canonicalText({
    format: 'inkan-ceremony-bundle-1',
    requestSha256: requestHash(value),
    request: value,
    approvals,
  } satisfies CeremonyBundle);
}

/** Reads a bundle file: strict, bounded, one text for each meaning. Whether to believe it is not said yet. */
export function decodeBundle(source: string): Result<CeremonyBundle, BundleError> {
  const decoded = decodeCanonical(source, bundle, BUNDLE_MOST_CHARACTERS);
  if (!decoded.ok) return decoded;
  const found = requestHash(decoded.value.request);
  const stated = decoded.value.requestSha256;
  return found === stated ? decoded : err({ code: 'bundle-changed', stated, found });
}

/** Reads a request as the signer keeps it and hands it out. */
export function decodeRequest(source: string): Result<CeremonyRequest, DocumentError> {
  return decodeCanonical(source, request, BUNDLE_MOST_CHARACTERS);
}
