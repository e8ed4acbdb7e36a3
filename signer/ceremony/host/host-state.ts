import { hexFromBytes } from '../../../shared/bytes.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { sha256 } from '../../issuance/public-key.ts';
import { decodeSignatures } from '../answer.ts';
import { octetsOf } from '../canonical-document.ts';
import { type CRLContents, readCRLContents } from '../crl-contents.ts';
import { decodeHostAuthority, type HostAuthority } from './host-authority.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import { HOST_FILES, namesOfHostFiles, readHostFile } from './host-files.ts';
import { type LogFacts, logFacts } from './log-facts.ts';

type Checked = Result<true, HostError>;

/**
 * That nothing of what this host did before is missing: a key, a CRL or a part of the log that is gone
 * must not be taken for one that never was. The log is on disk before what it announces, and files are
 * before the log says that they are done; so each is held against the other, and a stop between any two
 * writes passes. A directory that was set back as a whole, to an older copy, cannot be told from inside:
 * the numbers that the transcript and the answers carry can.
 */
export function checkState(directory: string, lines: readonly string[]): Checked {
  const facts = logFacts(lines);
  if (!facts) return damaged(HOST_FILES.log);
  const authorities = checkAuthorities(directory, facts);
  if (!authorities.ok) return authorities;
  const crls = checkCRLs(directory, facts);
  return crls.ok ? checkAnswers(directory, lines) : crls;
}

function checkAuthorities(directory: string, facts: LogFacts): Checked {
  const authorities = new Map<string, HostAuthority>();
  for (const name of namesOfHostFiles(directory, HOST_FILES.authority)) {
    const file = HOST_FILES.authority(name);
    const decoded = decodeHostAuthority(readHostFile(directory, file), name);
    if (!decoded) return damaged(file);
    if (!facts.announcedKeys.has(decoded.keyLabel))
      return lost(`${file} has the key ${decoded.keyLabel}, of which the log knows nothing`);
    authorities.set(name, decoded);
  }
  for (const [name, keyLabel] of facts.keyLabels) {
    if (authorities.get(name)?.keyLabel !== keyLabel)
      return lost(
        `the log has the key ${keyLabel} of ${name}, and ${HOST_FILES.authority(name)} not`,
      );
  }
  for (const [name, certificateSha256] of facts.roots) {
    const certificate = octetsOf(authorities.get(name)?.certificate ?? '');
    if (hexFromBytes(sha256(certificate)) !== certificateSha256)
      return lost(`${HOST_FILES.authority(name)} has not the certificate that the log has`);
  }
  return ok(true);
}

function checkCRLs(directory: string, facts: LogFacts): Checked {
  const crls = new Map<string, CRLContents>();
  for (const name of namesOfHostFiles(directory, HOST_FILES.lastCRL)) {
    const file = HOST_FILES.lastCRL(name);
    const bytes = readHostFile(directory, file) ?? new Uint8Array(0);
    const contents = readCRLContents(bytes);
    if (!contents) return damaged(file);
    if (!facts.crls.has(hexFromBytes(sha256(bytes))))
      return lost(`the log knows nothing of CRL ${contents.crlNumber} in ${file}`);
    crls.set(name, contents);
  }
  for (const [name, crlNumber] of facts.crlNumbers) {
    const found = crls.get(name)?.crlNumber ?? 0;
    if (found < crlNumber)
      return lost(`the log has CRL ${crlNumber} of ${name}, and ${HOST_FILES.lastCRL(name)} not`);
  }
  return ok(true);
}

/** An answer carries the lines of the log that led to it. */
function checkAnswers(directory: string, lines: readonly string[]): Checked {
  const known = new Set(lines);
  for (const id of namesOfHostFiles(directory, HOST_FILES.answer)) {
    const file = HOST_FILES.answer(id);
    const text = Buffer.from(readHostFile(directory, file) ?? []).toString('utf8');
    const answer = decodeSignatures(text);
    if (!answer.ok || answer.value.id !== id) return damaged(file);
    if (!answer.value.log.every((line) => known.has(line)))
      return lost(`the log has not the lines that led to ${file}`);
  }
  return ok(true);
}

const REMEDY =
  'restore the whole directory of the host from its backup before any key is used again';

function lost(reason: string): { readonly ok: false; readonly error: HostError } {
  return refuseAtHost('host-state-lost', reason, REMEDY);
}

function damaged(file: string): { readonly ok: false; readonly error: HostError } {
  return refuseAtHost('host-malformed', `${file} is damaged`, REMEDY);
}
