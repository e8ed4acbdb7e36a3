import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import { decodePublicationKey, type PublicationKey } from '../../shared/snapshot/head.ts';
import type { AuditFault } from '../audit/verify/fault.ts';
import {
  type ExportReport,
  type UnreadableExport,
  verifyExport,
} from '../audit/verify/verify-export.ts';
import { verifyFiles } from '../audit/verify/verify-files.ts';
import { readWitness, type Witness } from '../audit/verify/witness.ts';
import { signedAuditWitnesses } from '../database/audit-witness-table.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { publicationKeyOf } from '../operations/audit-operations.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../setup/state-files.ts';
import { answered, type Fact, factLines } from './answers.ts';
import { givenCertificates, givenHeads } from './audit-evidence.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, stateDirectory } from './paths.ts';
import { shownText } from './shown-text.ts';
import { PUBLICATION_KEY_OPTION } from './snapshot-options.ts';

export const AUDIT_VERIFY: Command = {
  name: 'audit verify',
  summary:
    'Prove an exported audit log, or name its first bad line; needs no signer and no network',
  operands: ['FILE'],
  options: [
    PUBLICATION_KEY_OPTION,
    {
      name: 'head',
      value: 'PATH',
      description:
        'A signed head that you hold: a file, or a directory that `inkan mirror` keeps; may be repeated',
      repeatable: true,
    },
    {
      name: 'certificates',
      value: 'DIR',
      description: 'Certificates (.cer, .crt, .der, .pem) that must be those of the log',
    },
    {
      name: 'state',
      value: 'DIR',
      description: 'With - as FILE: the log of the state directory of a signer that is stopped',
    },
  ],
  notes: [
    'Without --publication-key the heads in FILE count for the key that FILE names, which proves that it is whole and not that it is yours.',
    'Beside a head that is a file its root is looked for as blob/HASH; without the root the head proves only the line that promised it.',
    'A chain names the line that does not follow the one before it. Where the chain was made anew, the heads tell, and the line is the first after the newest head that still fits.',
    'Exit codes: 0 proved; 1 not so, with the line and the reason; 9 not an exported log, or a head that the key did not sign.',
  ],
  examples: [
    'inkan audit verify audit-2026.jsonl --publication-key "$KEY" --head /srv/inkan',
    'inkan audit verify - --state /var/lib/inkan --json',
  ],
  run: verifyAudit,
};

interface Evidence {
  readonly key: PublicationKey | undefined;
  readonly witnesses: readonly Witness[];
}

async function verifyAudit(args: ParsedArguments, world: CLIWorld): Outcome {
  const isState = args.operand(0) === '-';
  if (args.has('state') && !isState)
    return usageFailure('--state is given with a file', 'write - in place of the file');
  const verified = isState ? verifyState(args, world) : verifyFile(args, world);
  if (!verified.ok) return verified;
  const { report, pinned } = verified.value;
  return answered({ ...report, publicationKeyPinned: pinned }, reportLines(report, pinned));
}

interface Verified {
  readonly report: ExportReport;
  /** By whoever verifies, not by what is verified. */
  readonly pinned: boolean;
}

function verifyFile(args: ParsedArguments, world: CLIWorld): Result<Verified, Failure> {
  const path = pathFrom(args.operand(0), world);
  if (!existsSync(path))
    return usageFailure(`cannot read ${args.operand(0)}`, 'name a file of `inkan audit export`');
  const key = pinnedKey(args, world);
  if (!key.ok) return key;
  const heads = givenHeads(args, world, key.value);
  if (!heads.ok) return heads;
  const certificates = givenCertificates(args, world);
  if (!certificates.ok) return certificates;
  const verified = verifyExport(path, {
    ...{ publicationKey: key.value, keyOf, witnesses: heads.value },
    ...{ certificates: certificates.value, progress: progressOf(world) },
  });
  endProgress(world);
  return verified.ok
    ? ok({ report: verified.value, pinned: key.value !== undefined })
    : err(failureOf(verified.error));
}

function verifyState(args: ParsedArguments, world: CLIWorld): Result<Verified, Failure> {
  const state = stateDirectory(args, world);
  const [audit, database] = [join(state, AUDIT_FILE), join(state, DATABASE_FILE)];
  if (!existsSync(audit) || !existsSync(database))
    return usageFailure(`${state} is not a state directory`, 'name it with --state');
  const db = openDatabase(database);
  if (!db.ok) return usageFailure(`${database}: ${db.error.reason}`, 'end the signer first');
  try {
    const pinned = pinnedKey(args, world);
    if (!pinned.ok) return pinned;
    const evidence = stateEvidence(args, world, db.value, pinned.value);
    if (!evidence.ok) return evidence;
    const certificates = givenCertificates(args, world);
    if (!certificates.ok) return certificates;
    const { witnesses } = evidence.value;
    const input = { witnesses, certificates: certificates.value, progress: progressOf(world) };
    const verified = verifyFiles(audit, input);
    endProgress(world);
    return verified.ok
      ? ok({ report: verified.value, pinned: pinned.value !== undefined })
      : err(failureOf(verified.error));
  } finally {
    db.value.close();
  }
}

function stateEvidence(
  args: ParsedArguments,
  world: CLIWorld,
  db: Database,
  pinned: PublicationKey | undefined,
): Result<Evidence, Failure> {
  const key = pinned ?? keyOf(publicationKeyOf(db) ?? '');
  const given = givenHeads(args, world, key);
  if (!given.ok) return given;
  const witnesses: Witness[] = [...given.value];
  if (!key) return ok({ key, witnesses });
  for (const { epoch, head, root } of signedAuditWitnesses(db, 0, Number.MAX_SAFE_INTEGER)) {
    const read = readWitness(head, root, key);
    if (!read.ok) return err(headRefused(`the head of epoch ${epoch}`, read.error));
    witnesses.push(read.value);
  }
  return ok({ key, witnesses });
}

function keyOf(vkey: string): PublicationKey | undefined {
  const key = decodePublicationKey(vkey);
  return key.ok ? key.value : undefined;
}

function pinnedKey(
  args: ParsedArguments,
  { environment }: CLIWorld,
): Result<PublicationKey | undefined, Failure> {
  const text = args.option('publication-key') ?? environment['INKAN_PUBLICATION_KEY'];
  if (!text) return ok(undefined);
  const key = keyOf(text.trim());
  if (key) return ok(key);
  return usageFailure(
    '--publication-key is not a verifier key',
    'give the whole of what `inkan init` printed (name+hash+base64)',
  );
}

function headRefused(what: string, reason: string): Failure {
  const remedy = 'give heads that this publication key signed';
  return { exit: EXIT.unreadable, code: 'head-refused', message: `${what}: ${reason}`, remedy };
}

function failureOf(error: AuditFault | UnreadableExport): Failure {
  if (!('line' in error)) {
    const remedy = 'name a file that `inkan audit export` wrote, and the right publication key';
    return { exit: EXIT.unreadable, code: error.code, message: shownText(error.reason), remedy };
  }
  return {
    ...{ exit: EXIT.refused, code: error.code },
    message: `line ${error.line} of the audit log is bad: ${shownText(error.reason)}`,
    remedy: 'keep this file as it is, and compare it with the backups and archives from before',
    facts: { line: error.line },
  };
}

function reportLines(report: ExportReport, pinned: boolean): readonly string[] {
  const { first, last, from, until, checkpoints, newestEpoch, provedUpTo } = report;
  const key = pinned ? 'given' : 'taken from what it proves: give --publication-key';
  const facts: readonly Fact[] = [
    ['lines', `${first} to ${last}, one chain`],
    ['events', from === null ? 'none' : `${from} to ${until}`],
    ['last line', report.hash ?? 'none'],
    [
      'heads',
      checkpoints === 0
        ? 'none: nothing but its own chain proves it'
        : `${checkpoints}, the newest of epoch ${newestEpoch}; they prove the lines up to ${provedUpTo}`,
    ],
    ['publication key', key],
    ['certificates', `${report.certificates} issued, ${report.certificatesHeld} compared`],
    ['notices', report.noticeCount],
  ];
  return [...factLines(facts), ...report.notices.map((notice) => `  ${shownText(notice)}`)];
}

function progressOf({ stderr }: CLIWorld): (line: number) => void {
  return (line) => {
    if (stderr.isTTY === true) stderr.write(`\r\x1b[Kline ${line} …`);
  };
}

function endProgress({ stderr }: CLIWorld): void {
  if (stderr.isTTY === true) stderr.write('\r\x1b[K');
}
