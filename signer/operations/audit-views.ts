import type { Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { LogEvent } from '../audit/chain.ts';
import type { LogPlace } from '../audit/log-pages.ts';
import type { OperationError } from './operation-error.ts';

export interface ReadAuditInput {
  readonly type?: string;
  readonly actor?: string;
  /** Of an event, or among those of one. */
  readonly serial?: string;
  readonly since?: UnixSeconds;
  readonly until?: UnixSeconds;
  /** 1 to 1,000. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: LogPlace;
}

export interface AuditEventView {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly event: LogEvent;
}

export interface AuditView {
  /** The newest first. */
  readonly events: readonly AuditEventView[];
  /** Ask again with it, also when a page has no events: each page looks at so many lines. */
  readonly next: string | null;
  /** Lines of the whole log. */
  readonly size: number;
  /** The first line that is not in an archive. */
  readonly firstHere: number;
}

export interface ReadAuditLinesInput {
  /** Number of the first line; or `after`. */
  readonly from: number;
  readonly after?: LogPlace;
  /** Number of the last line. */
  readonly to: number;
}

export interface AuditLinesView {
  readonly first: number;
  /** As they stand in the log. */
  readonly lines: readonly string[];
  readonly next: string | null;
}

export interface AuditHeadView {
  readonly epoch: number;
  /** The signed note. */
  readonly head: string;
  /** Base64. */
  readonly root: string;
}

export interface AuditCertificateView {
  /** Its issuer. */
  readonly authority: string;
  readonly serialNumber: string;
  readonly sha256: string;
  /** Of the TBSCertificate. */
  readonly tbsSha256: string;
}

export interface AuditHeadsView {
  /** null until the first epoch. */
  readonly publicationKey: string | null;
  /** Lines of the log, each head's checkpoint among them. */
  readonly size: number;
  readonly firstHere: number;
  readonly heads: readonly AuditHeadView[];
  /** The epoch after which the next page begins. */
  readonly next: number | null;
}

export interface AuditCertificatesView {
  readonly certificates: readonly AuditCertificateView[];
  readonly next: number | null;
}

type Outcome<T> = Promise<Result<T, OperationError>>;

/** CP 5.4: the log as auditors read it. Nothing here changes anything. */
export interface AuditOperations {
  readAudit(input: ReadAuditInput): Outcome<AuditView>;
  readAuditLines(input: ReadAuditLinesInput): Outcome<AuditLinesView>;
  /** Heads with their roots, one a day and the newest: they prove the log to whoever has the publication key. */
  readAuditHeads(input: { readonly after: number }): Outcome<AuditHeadsView>;
  /** What the database says was issued, to be held against the log. */
  readAuditCertificates(input: { readonly after: number }): Outcome<AuditCertificatesView>;
}
