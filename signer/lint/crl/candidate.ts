import { err, ok, type Result } from '../../../shared/result.ts';
import type { SignatureAlgorithm } from '../../../shared/signature-algorithm.ts';
import type { UnixSeconds, ValidityWindow } from '../../../shared/time.ts';
import { readTBSCertList, type TBSCertListFields } from './crl-fields.ts';
import { type EntriesReport, readEntries } from './entries-report.ts';

/** What must hold against what this authority published before. */
export interface PreviousCRL extends ValidityWindow {
  readonly crlNumber: number;
}

/** What the writer of the bytes was asked for. */
export interface MeantCRL extends ValidityWindow {
  readonly crlNumber: number;
  readonly entries: number;
}

/**
 * The bytes of a CRL, split by the strict reader, and what they must match. What is null is not
 * known, as with a file from elsewhere, and what needs it is not checked.
 */
export interface CRLCandidate {
  readonly tbs: Uint8Array;
  readonly fields: TBSCertListFields;
  readonly entries: EntriesReport;
  /** DER of the CA's subject. */
  readonly issuer: Uint8Array | null;
  readonly keyIdentifier: Uint8Array | null;
  readonly signatureAlgorithm: SignatureAlgorithm | null;
  /** What expiredCertsOnCRL has to say; null: it must be absent (CRL-16); undefined: not known. */
  readonly expiredCertsOnCRL: UnixSeconds | null | undefined;
  readonly previous: PreviousCRL | null;
  readonly meant: MeantCRL | null;
  readonly now: UnixSeconds | null;
}

/** One that may be signed: everything that it must match is known. */
export interface CRLToSign extends CRLCandidate {
  readonly issuer: Uint8Array;
  readonly keyIdentifier: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly expiredCertsOnCRL: UnixSeconds | null;
  readonly now: UnixSeconds;
}

type Malformed = { readonly code: 'tbs-malformed' };
type Context<C extends CRLCandidate> = Omit<C, 'tbs' | 'fields' | 'entries' | 'meant'> & {
  readonly meant?: MeantCRL | null;
};

/** A CRL about to be signed; with `meant` the bytes are held against what they were written from. */
export function crlCandidate(
  tbs: Uint8Array,
  context: Context<CRLToSign>,
): Result<CRLToSign, Malformed> {
  const fields = readTBSCertList(tbs);
  if (!fields) return err({ code: 'tbs-malformed' });
  const meant = context.meant ?? null;
  return ok({ ...context, meant, tbs, fields, entries: readEntries(fields) });
}

/** A CRL that somebody signed before, against what is known of its issuer. */
export function signedCRLCandidate(
  tbs: Uint8Array,
  context: Pick<CRLCandidate, 'issuer' | 'keyIdentifier' | 'signatureAlgorithm'>,
): Result<CRLCandidate, Malformed> {
  const fields = readTBSCertList(tbs);
  if (!fields) return err({ code: 'tbs-malformed' });
  const unknown = { expiredCertsOnCRL: undefined, previous: null, meant: null, now: null };
  return ok({ ...context, ...unknown, tbs, fields, entries: readEntries(fields) });
}
