import { bytesEqual } from '../../../shared/bytes.ts';
import {
  choice,
  type Decode,
  matching,
  nullable,
  required,
  strictObject,
} from '../../../shared/json-fields.ts';
import { policyName } from '../bundle.ts';
import { base64Text, canonicalText, decodeCanonical, octetsOf } from '../canonical-document.ts';
import { certifiedKey } from '../certificate-key.ts';
import { HOST_FILES, readHostFile, writeHostFile } from './host-files.ts';

/** A key of this host and, once it is certified, its certificate (docs/formats.md 13.5). */
export interface HostAuthority {
  readonly format: 'inkan-ceremony-authority-1';
  readonly authority: string;
  /** Name of a keystore in ceremony.json. */
  readonly keystore: string;
  readonly keyLabel: string;
  /** DER, base64. */
  readonly spki: string;
  readonly certificate: string | null;
}

const authorityFile: Decode<HostAuthority> = strictObject<HostAuthority>({
  format: required(choice('inkan-ceremony-authority-1')),
  authority: required(policyName),
  keystore: required(policyName),
  keyLabel: required(matching(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a key label')),
  spki: required(base64Text),
  certificate: required(nullable(base64Text)),
});

const MOST_CHARACTERS = 20_000;

/** Undefined when the bytes are not the file of this authority. */
export function decodeHostAuthority(
  bytes: Uint8Array | undefined,
  name: string,
): HostAuthority | undefined {
  const text = Buffer.from(bytes ?? []).toString('utf8');
  const decoded = decodeCanonical(text, authorityFile, MOST_CHARACTERS);
  if (!decoded.ok || decoded.value.authority !== name) return undefined;
  const { spki, certificate } = decoded.value;
  if (certificate === null || isCertificateOf(octetsOf(certificate), octetsOf(spki)))
    return decoded.value;
  return undefined;
}

function isCertificateOf(certificate: Uint8Array, spki: Uint8Array): boolean {
  const certified = certifiedKey(certificate)?.spki;
  return certified !== undefined && bytesEqual(certified, spki);
}

/** Undefined when no key of this authority was made here; throws when its file is damaged. */
export function readHostAuthority(directory: string, name: string): HostAuthority | undefined {
  const bytes = readHostFile(directory, HOST_FILES.authority(name));
  if (!bytes) return undefined;
  const decoded = decodeHostAuthority(bytes, name);
  if (decoded) return decoded;
  throw new Error(`${HOST_FILES.authority(name)} is damaged: restore it from the backup`);
}

export function writeHostAuthority(directory: string, authority: HostAuthority): void {
  writeHostFile(directory, HOST_FILES.authority(authority.authority), canonicalText(authority));
}
