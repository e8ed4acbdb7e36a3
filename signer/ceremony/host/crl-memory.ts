import { bytesEqual } from '../../../shared/bytes.ts';
import { type CRLContents, readCRLContents } from '../crl-contents.ts';
import { HOST_FILES, readHostFile, writeHostFile } from './host-files.ts';
import { logFacts } from './log-facts.ts';
import type { Host } from './open-host.ts';

/** What this host signed last for this authority; null before the first. */
export function lastCRL({ directory }: Pick<Host, 'directory'>, name: string): CRLContents | null {
  const bytes = readHostFile(directory, HOST_FILES.lastCRL(name));
  if (!bytes) return null;
  const contents = readCRLContents(bytes);
  if (contents) return contents;
  throw new Error(`${HOST_FILES.lastCRL(name)} is damaged: restore it from the backup`);
}

/**
 * Whether these very bytes were remembered and no answer with them is on record: this host stopped
 * between the two, no signature left it, and the same bundle may be signed again.
 */
export function isUnanswered(host: Host, name: string, tbs: Uint8Array): boolean {
  const bytes = readHostFile(host.directory, HOST_FILES.lastCRL(name));
  const number = readCRLContents(tbs)?.crlNumber ?? 0;
  const answered = logFacts(host.linesSince(0))?.crlNumbers.get(name) ?? 0;
  return bytes !== undefined && bytesEqual(bytes, tbs) && number > answered;
}

/**
 * CRL-9: what later CRLs are held against. A lower number than the one that is there is never written,
 * nor another CRL of the same number: an answer of long ago that is handed out again takes nothing back.
 */
export function rememberCRL(host: Host, name: string, tbs: Uint8Array): void {
  const before = lastCRL(host, name);
  const number = readCRLContents(tbs)?.crlNumber ?? 0;
  if (before && number <= before.crlNumber) return;
  writeHostFile(host.directory, HOST_FILES.lastCRL(name), tbs);
}
