import { type FieldError, refuse } from '../json-fields.ts';
import { CATALOGUE_PATH } from '../repository/catalogue.ts';
import { ok, type Result } from '../result.ts';
import { isFilePath } from '../snapshot/file.ts';
import { authorityFileURLs } from './authority-file-urls.ts';
import { reasonsURL } from './reasons-url.ts';
import { pathOf } from './service-url.ts';
import type { Sourced } from './sourced.ts';

interface PublishedAt {
  readonly url: Sourced<string>;
}

/** The part of a policy that says where its files lie. */
interface PublishingPolicy {
  readonly documents?: PublishedAt;
  readonly authorities: ReadonlyMap<
    string,
    {
      readonly crl: PublishedAt;
      readonly caIssuers: PublishedAt;
      readonly certificates?: PublishedAt;
    }
  >;
}

/** Two files of one path would be one file, whatever their hosts. */
export function checkPublishedPaths(policy: PublishingPolicy): Result<true, FieldError> {
  const seen = new Set<string>([CATALOGUE_PATH]);
  for (const [name, { crl, caIssuers, certificates }] of policy.authorities) {
    const files = [
      ['crl', crl.url.value],
      ['crl', reasonsURL(crl.url.value)],
      ...filesBeside(caIssuers.url.value).map((url) => ['caIssuers', url] as const),
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
  return checkFolders(policy, seen);
}

/** The named one first: it is told of two that are the same. */
function filesBeside(caIssuersURL: string): readonly string[] {
  return [...new Set([caIssuersURL, ...Object.values(authorityFileURLs(caIssuersURL))])];
}

/** Longest name of a file in a folder of certificates: 20 octets in hexadecimal and `.cer`. */
const CERTIFICATE_FILE_NAME_MAX = 45;

/** Name, version and ending of an edition: `time-stamp-cp-5.08.pdf`. */
const DOCUMENT_FILE_NAME_MAX = 65;

/** Nothing else lies in these folders, and their files have paths that a snapshot can hold. */
function checkFolders(
  { documents, authorities }: PublishingPolicy,
  files: ReadonlySet<string>,
): Result<true, FieldError> {
  const folders = [...authorities].flatMap(([name, { certificates }]) =>
    certificates
      ? [{ at: `/authorities/${name}/certificates/url`, url: certificates.url.value }]
      : [],
  );
  for (const { at, url } of folders) {
    const checked = checkFolder(at, pathOf(url), files, CERTIFICATE_FILE_NAME_MAX);
    if (!checked.ok) return checked;
  }
  if (!documents) return ok(true);
  const at = '/documents/url';
  const folder = pathOf(documents.url.value);
  if (files.has(folder)) return refuse(at, `is the second file at ${folder}`);
  return checkFolder(at, folder, files, DOCUMENT_FILE_NAME_MAX);
}

function checkFolder(
  at: string,
  folder: string,
  files: ReadonlySet<string>,
  fileNameMax: number,
): Result<true, FieldError> {
  const inside = [...files].find((path) => path.startsWith(`${folder}/`));
  if (inside !== undefined) return refuse(at, `is a folder in which ${inside} lies`);
  return isFilePath(`${folder}/${'0'.repeat(fileNameMax)}`)
    ? ok(true)
    : refuse(at, 'is too long for the files in it');
}
