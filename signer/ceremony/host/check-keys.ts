import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { CeremonyItem } from '../bundle.ts';
import { octetsOf } from '../canonical-document.ts';
import { certifiedFields } from '../certificate-key.ts';
import { readHostAuthority } from './host-authority.ts';
import { type HostError, lintRefused, refuseAtHost } from './host-error.ts';
import { HOST_FILES, namesOfHostFiles } from './host-files.ts';

/**
 * What no certificate tells by itself: within a bundle each has its own serial number (RFC 5280 4.1.2.2)
 * and its own key, and a key of this host is certified as the CA that it was made for and as nothing else.
 */
export function checkKeys(
  directory: string,
  items: readonly CeremonyItem[],
): Result<true, HostError> {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.kind === 'crl') continue;
    const fields = certifiedFields(octetsOf(item.tbs));
    if (!fields) return lintRefused(undefined);
    const serialNumber = `serial number ${hexFromBytes(fields.serialNumber)}`;
    const key = `key ${hexFromBytes(fields.spki)}`;
    if (seen.has(serialNumber)) return refuse(`two certificates have the ${serialNumber}`);
    if (seen.has(key)) return refuse('two certificates have the same key');
    seen.add(serialNumber).add(key);
    const owner = ownerOf(directory, fields.spki);
    if (owner !== undefined && (item.role !== 'subordinate-ca' || item.subjectAuthority !== owner))
      return refuse(
        `the key of ${owner}, which is on this host, is to be certified as ${item.role}`,
      );
  }
  return ok(true);
}

/** The authority whose key this is, if it was made on this host. */
function ownerOf(directory: string, spki: Uint8Array): string | undefined {
  return namesOfHostFiles(directory, HOST_FILES.authority).find((name) => {
    const own = readHostAuthority(directory, name);
    return own !== undefined && bytesEqual(octetsOf(own.spki), spki);
  });
}

function refuse(reason: string): { readonly ok: false; readonly error: HostError } {
  return refuseAtHost('certificate-differs', reason, 'do not sign it; find out who made it');
}
