import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import {
  anyNumber,
  anyText,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import { ok, type Result } from '../../shared/result.ts';
import { isoText } from '../../shared/time.ts';
import { EXPORT_FORMAT, type ExportHeader } from '../audit/verify/export-file.ts';
import type {
  AuditCertificatesView,
  AuditCertificateView,
  AuditHeadsView,
  AuditHeadView,
  AuditLinesView,
} from '../operations/audit-views.ts';
import { answered, factLines } from './answers.ts';
import { ask, queryOf } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { wholeNumber } from './edge.ts';
import { newFilePossible } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

export const AUDIT_EXPORT: Command = {
  name: 'audit export',
  summary:
    'Write the audit log to a file that proves itself, with the heads that were signed over it',
  operands: ['FILE'],
  options: [
    { name: 'from', value: 'LINE', description: 'The first line; default: the first that is here' },
    { name: 'to', value: 'LINE', description: 'The last line; default: the last there is now' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'FILE has a line of JSON for each event as it stands in the log, before them one signed head for each day and the newest, after them the serial number and hash of every certificate in the database. With --from or --to the certificates are left out.',
    'Hold it against heads that you got elsewhere: `inkan audit verify FILE --publication-key KEY --head MIRROR`.',
  ],
  examples: [
    'inkan audit export audit-2026.jsonl',
    'inkan audit export part.jsonl --from 5000 --json',
  ],
  run: exportAudit,
};

const LINE_MAX = 999_999_999;

async function exportAudit(args: ParsedArguments, world: CLIWorld): Outcome {
  const from = wholeNumber(args, 'from', 1, [1, LINE_MAX]);
  if (!from.ok) return from;
  const to = wholeNumber(args, 'to', LINE_MAX, [from.value, LINE_MAX]);
  if (!to.ok) return to;
  const path = pathFrom(args.operand(0), world);
  const possible = await newFilePossible(path);
  if (!possible.ok) return possible;
  const part = `${path}.part`;
  const out = new OutputFile(part);
  try {
    const written = await writeExport(args, world, { from: from.value, to: to.value }, out);
    if (!written.ok) return written;
    out.finish();
    renameSync(part, path);
    const { header, heads, certificates } = written.value;
    const json = { file: path, ...header, heads, certificates };
    return answered(
      json,
      factLines([
        ['file', path],
        ['lines', `${header.first} to ${header.last} of ${header.size}`],
        ['heads', heads],
        ['certificates', certificates],
      ]),
    );
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return usageFailure(
      `cannot write ${path}: ${error.message}`,
      'make room, or give another file',
    );
  } finally {
    out.close();
    rmSync(part, { force: true });
  }
}

interface Written {
  readonly header: ExportHeader;
  readonly heads: number;
  readonly certificates: number;
}

async function writeExport(
  args: ParsedArguments,
  world: CLIWorld,
  { from, to }: { readonly from: number; readonly to: number },
  out: OutputFile,
): Promise<Result<Written, Failure>> {
  // The heads first: what they are signed over is in the lines that are read after.
  const heads = await allHeads(args, world);
  if (!heads.ok) return heads;
  const { publicationKey, firstHere } = heads.value;
  const isPart = args.has('from') || args.has('to');
  const now = await askHeads(args, world, LINE_MAX);
  if (!now.ok) return now;
  const { size } = now.value;
  const header: ExportHeader = {
    ...{ format: EXPORT_FORMAT, exportedAt: isoText(world.clock()), publicationKey },
    ...{ first: Math.max(from, firstHere), last: Math.min(to, size), size },
  };
  if (header.first > header.last)
    return usageFailure(`the log has no line ${header.first} yet`, `it has ${size}`);
  out.line(JSON.stringify(header));
  for (const head of heads.value.heads) out.line(JSON.stringify({ head }));
  const lines = await copyLines(args, world, header, out);
  if (!lines.ok) return lines;
  const certificates = isPart ? ok(0) : await copyCertificates(args, world, out);
  if (!certificates.ok) return certificates;
  out.line(JSON.stringify({ end: { last: header.last } }));
  return ok({ header, heads: heads.value.heads.length, certificates: certificates.value });
}

async function allHeads(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<AuditHeadsView, Failure>> {
  const heads: AuditHeadView[] = [];
  for (let after = 0; ; ) {
    const page = await askHeads(args, world, after);
    if (!page.ok) return page;
    heads.push(...page.value.heads);
    if (page.value.next === null) return ok({ ...page.value, heads });
    after = page.value.next;
  }
}

function askHeads(args: ParsedArguments, world: CLIWorld, after: number) {
  const path = `/v1/audit/heads${queryOf({ after: String(after) })}`;
  return ask(args, world, { method: 'GET', path }, headsView);
}

async function copyLines(
  args: ParsedArguments,
  world: CLIWorld,
  { first, last }: ExportHeader,
  out: OutputFile,
): Promise<Result<true, Failure>> {
  const range = { from: String(first), to: String(last) };
  for (let after: string | undefined; ; ) {
    const path = `/v1/audit/lines${queryOf({ ...range, after })}`;
    const page = await ask(args, world, { method: 'GET', path }, linesView);
    if (!page.ok) return page;
    for (const line of page.value.lines) out.line(line);
    if (page.value.next === null) return ok(true);
    after = page.value.next;
  }
}

async function copyCertificates(
  args: ParsedArguments,
  world: CLIWorld,
  out: OutputFile,
): Promise<Result<number, Failure>> {
  let count = 0;
  for (let after = 0; ; ) {
    const path = `/v1/audit/certificates${queryOf({ after: String(after) })}`;
    const page = await ask(args, world, { method: 'GET', path }, certificatesView);
    if (!page.ok) return page;
    for (const certificate of page.value.certificates) out.line(JSON.stringify({ certificate }));
    count += page.value.certificates.length;
    if (page.value.next === null) return ok(count);
    after = page.value.next;
  }
}

/** Written as it comes, for nobody else to read, and under its own name only when it is whole. */
class OutputFile {
  readonly #file: number;
  #isOpen = true;

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
  }

  line(text: string): void {
    const octets = Buffer.from(`${text}\n`);
    for (let at = 0; at < octets.length; ) at += writeSync(this.#file, octets, at);
  }

  finish(): void {
    fsyncSync(this.#file);
    this.close();
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}

const string = required(anyText);
const number = required(anyNumber);

const headsView = openObject<AuditHeadsView>({
  publicationKey: required(nullable(anyText)),
  size: number,
  firstHere: number,
  heads: required(list(openObject<AuditHeadView>({ epoch: number, head: string, root: string }))),
  next: required(nullable(anyNumber)),
});

const linesView = openObject<AuditLinesView>({
  first: number,
  lines: required(list(anyText)),
  next: required(nullable(anyText)),
});

const certificatesView = openObject<AuditCertificatesView>({
  certificates: required(
    list(
      openObject<AuditCertificateView>({
        ...{ authority: string, serialNumber: string, sha256: string, tbsSha256: string },
      }),
    ),
  ),
  next: required(nullable(anyNumber)),
});
