import { bytesFromHex } from '../../shared/bytes.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import type { AuditCheckpoint } from '../../shared/snapshot/root.ts';
import { type Clock, isoText } from '../../shared/time.ts';
import type { ArtifactEvent } from './artifact-event.ts';
import type { CeremonyEvent } from './ceremony-event.ts';
import { NO_LINE } from './chain.ts';
import type { LiveEvent } from './live-event.ts';
import { openLogFile } from './log-file.ts';
import type { OperatorEvent } from './operator-event.ts';
import type { SignerEvent } from './signer-event.ts';

/** Fixed fields of each event; never a PIN, a key or more of a person than the name. */
export type AuditEvent =
  | SignerEvent
  | ArtifactEvent
  | {
      readonly type: 'key-generation';
      readonly keystore: string;
      readonly keyLabel: string;
      readonly actor: string;
    }
  | {
      readonly type: 'signing';
      readonly artifact: 'certificate' | 'crl' | 'ocsp' | 'head' | 'edge-request';
      readonly keyLabel: string;
      /** SHA-256 of the to-be-signed bytes; of all of them, one after the other, for a batch. */
      readonly tbsSha256: string;
      readonly count: number;
    }
  | LiveEvent
  /** It was signed and thrown away: it does not verify, or another parser reads it otherwise. */
  | {
      readonly type: 'artifact-refused';
      readonly artifact: 'certificate' | 'crl' | 'ocsp' | 'live-ocsp' | 'head' | 'edge-request';
      readonly keyLabel: string;
      readonly field: string;
      readonly meant: string;
      readonly found: string;
    }
  | {
      readonly type: 'issuance';
      readonly authority: string;
      readonly profile: string;
      readonly serialNumber: string;
      readonly requestSha256: string | null;
      /** SHA-256 of the TBSCertificate; absent in lines from before, where `signing` alone has it. */
      readonly tbsSha256?: string;
      /** What whoever issued it stated (CRT-8) and chose; absent where nothing was. */
      readonly confirmations?: readonly string[];
      readonly subjectAltNames?: readonly string[];
      readonly leaveOut?: readonly string[];
      /** The application under which it was issued (CP 4.3). */
      readonly application?: number;
      readonly actor: string;
    }
  | {
      readonly type: 'key-removed';
      readonly serialNumber: string;
      /** Where the ceremony is written down (CSBR 6.3.2). */
      readonly record: string;
      readonly actor: string;
    }
  | {
      /** A transition of an application; what the applicant gave stands in the database only. */
      readonly type: 'application';
      readonly application: number;
      readonly state: string;
      readonly requestSha256: string;
      /** SHA-256 of the evidence, JSON as it is on record. */
      readonly evidenceSha256: string;
      readonly actor: string;
    }
  | {
      readonly type: 'revocation';
      readonly authority: string;
      readonly serialNumber: string;
      readonly reason: string;
      readonly revocationDate: string;
      readonly actor: string;
    }
  /** Certificates that are revoked together because their authority is ended. */
  | {
      readonly type: 'revocations-below';
      readonly request: number;
      readonly authority: string;
      readonly serialNumbers: readonly string[];
      readonly reason: string;
      readonly revocationDate: string;
      readonly actor: string;
    }
  /** A step of a request in the register of revocations; `actor` is null for the signer itself. */
  | {
      readonly type: 'revocation-request';
      readonly number: number;
      readonly step: string;
      readonly actor: string | null;
    }
  | {
      readonly type: 'responder-made';
      readonly authority: string;
      readonly serialNumber: string;
      readonly tbsSha256?: string;
      readonly keyLabel: string;
      readonly actor: string;
    }
  /** A key of a rotation that cannot be used; it stays in the keystore until somebody removes it. */
  | {
      readonly type: 'responder-key-given-up';
      readonly keystore: string;
      readonly keyLabel: string;
      readonly reason: string;
    }
  /** OCSP says nothing of so many certificates from here on. */
  | {
      readonly type: 'ocsp-withdrawal';
      readonly authority: string;
      readonly why: 'retention' | 'no-responder' | 'revocation-waits';
      readonly count: number;
    }
  | {
      readonly type: 'refusal';
      readonly operation: string;
      readonly code: string;
      /** Names of the checks and rules that refused it, and what it was about; no texts of applicants. */
      readonly checks?: readonly string[];
      readonly authority?: string;
      readonly serialNumber?: string;
      readonly actor: string;
    }
  | {
      readonly type: 'weak-keys-import';
      readonly list: string;
      readonly keyKind: string;
      readonly entries: number;
      readonly actor: string;
    }
  /** An edition for the repository (CP 9.12); what changed stands in the database. */
  | {
      readonly type: 'document-added' | 'document-withdrawn';
      readonly name: string;
      readonly version: string;
      readonly sha256: string;
      /** Why it was withdrawn. */
      readonly reason?: string;
      readonly actor: string;
    }
  /** Two keys seen here share a prime (CSR-7): both private keys are public. */
  | {
      readonly type: 'shared-factor';
      readonly spkiSha256: string;
      readonly otherSpkiSha256: string;
    }
  /** A state that was older than what was published took from the store what it lacked. */
  | {
      readonly type: 'catch-up';
      readonly recordedEpoch: number;
      readonly publishedEpoch: number;
      readonly certificates: number;
      readonly revocations: number;
    }
  /** Taken by an operator; to whom it is encrypted. */
  | {
      readonly type: 'backup';
      readonly recipients: readonly string[];
      readonly keys: 'included' | 'left-out';
      readonly actor: string;
    }
  | { readonly type: 'epoch-promised'; readonly epoch: number; readonly rootSha256: string }
  | { readonly type: 'epoch-published'; readonly epoch: number }
  | { readonly type: 'epoch-refused'; readonly rule: string; readonly reason: string }
  | { readonly type: 'reservations-abandoned'; readonly count: number }
  | CeremonyEvent
  | OperatorEvent;

/** CP 5.4: append-only, each line carries the hash of the one before it. */
export interface AuditLog {
  /** The file that is open. */
  readonly path: string;
  /** On disk when this returns; signatures are asked for only afterwards. */
  append(event: AuditEvent): void;
  checkpoint(): AuditCheckpoint;
  close(): void;
}

export interface AuditLogError {
  readonly code: 'audit-log-damaged';
  readonly line: number;
}

/** A log in one file, which is walked whole; `openSegmentedLog` keeps longer ones. */
export function openAuditLog(path: string, clock: Clock): Result<AuditLog, AuditLogError> {
  const opened = openLogFile(path, NO_LINE);
  if (!opened.ok) return err({ code: 'audit-log-damaged', line: opened.error.line });
  const file = opened.value;
  return ok({
    path,
    append: (event) =>
      file.append(JSON.stringify({ previous: file.hash, time: isoText(clock()), ...event })),
    checkpoint: () => ({
      size: file.lines,
      hash: must(bytesFromHex(file.hash), 'SHA-256 in hexadecimal'),
    }),
    close: () => file.close(),
  });
}
