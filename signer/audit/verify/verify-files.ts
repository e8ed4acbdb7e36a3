import { err, ok, type Result } from '../../../shared/result.ts';
import { NO_LINE } from '../chain.ts';
import { segmentFiles } from '../line-at.ts';
import { linesOfFile } from '../read-lines.ts';
import { readArchivedRecord } from '../segment-files.ts';
import type { HeldCertificate } from './certificates-told.ts';
import { type AuditFault, fault } from './fault.ts';
import type { ExportReport } from './verify-export.ts';
import type { VerifyInput } from './verify-log.ts';
import { verifyLog } from './verify-log.ts';
import type { Witness } from './witness.ts';

export interface FilesInput {
  readonly witnesses: readonly Witness[];
  readonly certificates: Iterable<HeldCertificate>;
  readonly progress?: NonNullable<VerifyInput['progress']>;
}

/**
 * The log of a state directory, all of its files that are here. Of segments that went into an archive the
 * record must name the hash that the first file here begins with.
 */
export function verifyFiles(openFile: string, input: FilesInput): Result<ExportReport, AuditFault> {
  const files = segmentFiles(openFile);
  const [first] = files;
  if (!first) return fault(1, 'entry-malformed', 'there is no line of a log');
  const archived = first.number === 1 ? undefined : readArchivedRecord(openFile, first.number - 1);
  if (archived && archived.hash !== first.previous) {
    const reason = `it does not follow the archived segment ${archived.number}`;
    return fault(first.before + 1, 'chain-broken', reason);
  }
  const lines = function* () {
    for (const { path } of files) for (const { octets } of linesOfFile(path)) yield octets;
  };
  const verified = verifyLog(lines(), {
    ...{ first: first.before + 1, goesOn: false, witnesses: input.witnesses },
    previous: first.number === 1 ? NO_LINE : (archived?.hash ?? null),
    ...(input.progress && { progress: input.progress }),
  });
  if (!verified.ok) return verified;
  let held = 0;
  for (const each of input.certificates) {
    const told = verified.value.certificates.check(each);
    if (!told.ok) return err(told.error);
    held += 1;
  }
  return ok({ ...verified.value.report, certificatesHeld: held });
}
