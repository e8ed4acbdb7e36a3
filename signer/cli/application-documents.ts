import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  DOCUMENT_KINDS,
  DOCUMENTS_MAX,
  type DocumentKind,
  type ShownDocument,
} from '../applications/screening.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';

const KINDS = Object.keys(DOCUMENT_KINDS) as readonly DocumentKind[];

export const DOCUMENT: OptionSpec = {
  name: 'document',
  value: 'KIND=FILE',
  description: `A document that was shown; KIND is ${KINDS.join(', ')}`,
  repeatable: true,
};

/** For the help: what leaves this machine. */
export const HASHED_HERE =
  'Documents are hashed on this machine: their kind and SHA-256 go to the signer, they themselves and their names do not.';

/** Kind and SHA-256 of each document that the arguments name. */
export async function readDocuments(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<readonly ShownDocument[], Failure>> {
  const named = args.all(DOCUMENT.name);
  if (named.length > DOCUMENTS_MAX)
    return usageFailure(`more than ${DOCUMENTS_MAX} documents`, 'put pages into one file');
  const documents: ShownDocument[] = [];
  for (const text of named) {
    const [, kindText = '', path = ''] = /^([a-z-]+)=(.+)$/s.exec(text) ?? [];
    const kind = KINDS.find((known) => known === kindText);
    if (kind === undefined)
      return usageFailure(
        `--document cannot be ${text}`,
        `write KIND=FILE, KIND one of ${KINDS.join(', ')}`,
      );
    const sha256 = await sha256OfFile(pathFrom(path, world));
    if (!sha256.ok) return usageFailure(`${path} ${sha256.error}`, 'give the file of the document');
    documents.push({ kind, sha256: sha256.value });
  }
  return ok(documents);
}

/** Lower-case hexadecimal. An empty file is no document. */
async function sha256OfFile(path: string): Promise<Result<string, string>> {
  const hash = createHash('sha256');
  try {
    const { size } = await stat(path);
    if (size === 0) return err('is empty');
    for await (const part of createReadStream(path)) hash.update(part);
  } catch {
    return err('cannot be read');
  }
  return ok(hash.digest('hex'));
}
