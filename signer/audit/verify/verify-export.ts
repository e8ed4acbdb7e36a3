import { bytesFromBase64 } from '../../../shared/bytes.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { PublicationKey } from '../../../shared/snapshot/head.ts';
import { NO_LINE } from '../chain.ts';
import type { HeldCertificate } from './certificates-told.ts';
import {
  type ExportCertificate,
  type ExportHeader,
  type ExportLine,
  exportLines,
} from './export-file.ts';
import { type AuditFault, fault } from './fault.ts';
import { type AuditReport, type VerifyInput, verifyLog } from './verify-log.ts';
import { readWitness, type Witness } from './witness.ts';

/** The file is not one that can be looked at; no statement about the log. */
export interface UnreadableExport {
  readonly code: 'export-unreadable' | 'head-refused';
  readonly reason: string;
}

export interface ExportInput {
  /** Whose heads count; undefined: the one that the file names. */
  readonly publicationKey: PublicationKey | undefined;
  readonly keyOf: (vkey: string) => PublicationKey | undefined;
  /** Heads that the auditor holds. */
  readonly witnesses: readonly Witness[];
  readonly certificates: Iterable<HeldCertificate>;
  readonly progress?: NonNullable<VerifyInput['progress']>;
}

export interface ExportReport extends AuditReport {
  /** Certificates that were held against the log. */
  readonly certificatesHeld: number;
}

type Verified = Result<ExportReport, AuditFault | UnreadableExport>;

/** Reads an exported file once from its first line to its last. */
export function verifyExport(path: string, input: ExportInput): Verified {
  const reader = new ExportReader(path);
  const header = reader.header();
  if (!header) return unreadable('its first line is not that of an export');
  const heads = readHeads(reader, header, input);
  if (!heads.ok) return heads;
  const witnesses = [...input.witnesses, ...heads.value];
  const { first, last, size } = header;
  const verified = verifyLog(reader.events(), {
    ...{ first, previous: first === 1 ? NO_LINE : null, goesOn: last < size, witnesses },
    ...(input.progress && { progress: input.progress }),
  });
  if (!verified.ok) return verified;
  const { report, certificates } = verified.value;
  let held = 0;
  for (const each of together(reader.certificates(), input.certificates)) {
    const told = certificates.check(each);
    if (!told.ok) return told;
    held += 1;
  }
  if (report.last !== last || reader.end() !== last) {
    const reason = `the file should go on to line ${last}: its end was cut off, or it was not exported to its end`;
    return fault(report.last + 1, 'log-too-short', reason);
  }
  return ok({ ...report, certificatesHeld: held });
}

function readHeads(
  reader: ExportReader,
  { publicationKey }: ExportHeader,
  input: ExportInput,
): Result<readonly Witness[], UnreadableExport> {
  const named = publicationKey === null ? undefined : input.keyOf(publicationKey);
  const key = input.publicationKey ?? named;
  const witnesses: Witness[] = [];
  for (const { epoch, head, root } of reader.heads()) {
    const octets = bytesFromBase64(root);
    if (!key || !octets.ok) return unreadable(`the head of epoch ${epoch} cannot be checked`);
    const read = readWitness(Buffer.from(head), octets.value, key);
    if (!read.ok) {
      const reason = `the head of epoch ${epoch} in the file: ${read.error}`;
      return err({ code: 'head-refused', reason });
    }
    witnesses.push(read.value);
  }
  return ok(witnesses);
}

function unreadable(reason: string): { readonly ok: false; readonly error: UnreadableExport } {
  return err({ code: 'export-unreadable', reason });
}

function* together(
  told: Iterable<ExportCertificate>,
  held: Iterable<HeldCertificate>,
): Generator<HeldCertificate> {
  for (const { authority, serialNumber, tbsSha256 } of told)
    yield { authority, serialNumber, tbsSha256, from: "the signer's database" };
  yield* held;
}

/** The parts of a file in their order; a part ends with the first line that is another's. */
class ExportReader {
  readonly #lines: Iterator<ExportLine>;
  #next: ExportLine | undefined;

  constructor(path: string) {
    this.#lines = exportLines(path);
    this.#advance();
  }

  header(): ExportHeader | undefined {
    if (this.#next?.kind !== 'header') return undefined;
    const { value } = this.#next;
    this.#advance();
    return value;
  }

  *heads(): Generator<Extract<ExportLine, { kind: 'head' }>['value']> {
    for (; this.#next?.kind === 'head'; this.#advance()) yield this.#next.value;
  }

  *events(): Generator<Uint8Array> {
    // What is none there is told by whoever follows the chain, with its line.
    for (; this.#next?.kind === 'event' || this.#next?.kind === 'unreadable'; this.#advance())
      yield this.#next.kind === 'event' ? this.#next.octets : new Uint8Array(0);
  }

  *certificates(): Generator<ExportCertificate> {
    for (; this.#next?.kind === 'certificate'; this.#advance()) yield this.#next.value;
  }

  /** What the last line says; undefined when there is none, or something after it. */
  end(): number | undefined {
    if (this.#next?.kind !== 'end') return undefined;
    const { last } = this.#next;
    this.#advance();
    return this.#next === undefined ? last : undefined;
  }

  #advance(): void {
    const { done, value } = this.#lines.next();
    this.#next = done ? undefined : value;
  }
}
