import { type FieldError, refuse } from '../json-fields.ts';
import { ok, type Result } from '../result.ts';
import { isFilePath } from '../snapshot/file.ts';
import { chainURL } from './chain-url.ts';
import { reasonsURL } from './reasons-url.ts';
import { pathOf } from './service-url.ts';
import type { Sourced } from './sourced.ts';

interface PublishedAt {
  readonly url: Sourced<string>;
}

/** The part of a policy's authorities that says where their files lie. */
type PublishingAuthorities = ReadonlyMap<
  string,
  {
    readonly crl: PublishedAt;
    readonly caIssuers: PublishedAt;
    readonly certificates?: PublishedAt;
  }
>;

/** Two files of one path would be one file, whatever their hosts. */
export function checkPublishedPaths({
  authorities,
}: {
  readonly authorities: PublishingAuthorities;
}): Result<true, FieldError> {
  const seen = new Set<string>();
  for (const [name, { crl, caIssuers, certificates }] of authorities) {
    const files = [
      ['crl', crl.url.value],
      ['crl', reasonsURL(crl.url.value)],
      ...[...new Set([caIssuers.url.value, chainURL(caIssuers.url.value)])].map(
        (url) => ['caIssuers', url] as const,
      ),
      ...(certificates ? [['certificates', certificates.url.value] as const] : []),
    ] as const;
    for (const [field, url] of files) {
      const path = pathOf(url);
      if (!isFilePath(path))
        return refuse(`/authorities/${name}/${field}/url`, 'is too long for the file beside it');
      if (seen.has(path))
        return refuse(`/authorities/${name}/${field}/url`, `is the second file at ${path}`);
      seen.add(path);
    }
  }
  return checkFolders(authorities, seen);
}

/** Longest name of a file in a folder of certificates: 20 octets in hexadecimal and `.cer`. */
const CERTIFICATE_FILE_NAME_MAX = 45;

/** Nothing else lies in a folder of certificates, and its files have paths that a snapshot can hold. */
function checkFolders(
  authorities: PublishingAuthorities,
  paths: ReadonlySet<string>,
): Result<true, FieldError> {
  for (const [name, { certificates }] of authorities) {
    if (!certificates) continue;
    const folder = pathOf(certificates.url.value);
    const at = `/authorities/${name}/certificates/url`;
    const inside = [...paths].find((path) => path.startsWith(`${folder}/`));
    if (inside !== undefined) return refuse(at, `is a folder in which ${inside} lies`);
    if (!isFilePath(`${folder}/${'0'.repeat(CERTIFICATE_FILE_NAME_MAX)}`))
      return refuse(at, 'is too long for the files in it');
  }
  return ok(true);
}
