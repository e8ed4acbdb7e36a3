import { err, ok, type Result } from '../../shared/result.ts';
import { isoText } from '../../shared/time.ts';
import type { MirrorError, MirrorOptions, MirrorReport } from '../../workers/node/mirror.ts';
import type { Source } from '../../workers/node/source.ts';
import { answered, type Fact, factLines } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { wholeNumber } from './edge.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import {
  eventReport,
  KV_OPTIONS,
  kvSource,
  PUBLICATION_KEY_OPTION,
  publicationKeyOption,
  sourceOf,
} from './snapshot-options.ts';

const HOUR = 3600;

export const MIRROR: Command = {
  name: 'mirror',
  summary: 'Write the published snapshot as plain files that any web server can serve',
  operands: ['DIR'],
  options: [
    PUBLICATION_KEY_OPTION,
    ...KV_OPTIONS,
    {
      name: 'from',
      value: 'SOURCE',
      description: 'Another mirror, a directory or URL, asked after KV; may be repeated',
      repeatable: true,
    },
    {
      name: 'keep',
      value: 'HOURS',
      description: 'How long blobs of earlier snapshots stay, 1 to 87600; default 24',
    },
  ],
  notes: [
    'DIR gets head and blob/, which the Worker (MIRRORS) and `inkan edge` read, and files/ with every CRL, certificate and document under its path. Only what changed is written, and each file comes whole: it can be served meanwhile, run again after any failure, and run every minute.',
    'What the publication key did not sign, and what is older than the head in DIR, is refused (exit code 1), and DIR stays as it was. Exit code 4: no store gave all of the snapshot; what came is kept and the next run goes on from there.',
  ],
  examples: [
    'inkan mirror /srv/inkan --kv-url "$KV_URL" --kv-token-env KV_TOKEN --publication-key "$KEY"',
    'inkan mirror /srv/inkan --from https://mirror.example/ --json',
  ],
  run: mirror,
};

async function mirror(args: ParsedArguments, world: CLIWorld): Outcome {
  const options = mirrorOptions(args, world);
  if (!options.ok) return options;
  const mirrored = await world.mirror(options.value, eventReport(world));
  if (!mirrored.ok) return err(mirrorFailure(mirrored.error, options.value.directory));
  return answered(reportJSON(mirrored.value), reportLines(mirrored.value));
}

/** Pure: what the arguments mean, or why they mean nothing. */
export function mirrorOptions(
  args: ParsedArguments,
  world: CLIWorld,
): Result<MirrorOptions, Failure> {
  const publicationKey = publicationKeyOption(args, world);
  if (!publicationKey.ok) return publicationKey;
  const kv = kvSource(args, world);
  if (!kv.ok) return kv;
  const sources: Source[] = kv.value ? [kv.value] : [];
  for (const text of args.all('from')) {
    const source = sourceOf(text, world);
    if (!source.ok) return source;
    sources.push(source.value);
  }
  if (sources.length === 0) {
    return usageFailure('there is nothing to mirror', 'give --kv-url or --from');
  }
  const directory = pathFrom(args.operand(0), world);
  if (sources.some((source) => source.kind === 'directory' && source.path === directory)) {
    return usageFailure('DIR cannot be mirrored from itself', 'give another --from');
  }
  const keep = wholeNumber(args, 'keep', 24, [1, 87_600]);
  if (!keep.ok) return keep;
  return ok({
    directory,
    publicationKey: publicationKey.value,
    sources,
    keep: keep.value * HOUR,
  });
}

function reportJSON(report: MirrorReport): unknown {
  const { time, expires } = report;
  return { ...report, time: isoText(time), expires: isoText(expires) };
}

function reportLines({ epoch, time, expires, ...report }: MirrorReport): readonly string[] {
  const { blobs, files, removed, expired } = report;
  const facts: readonly Fact[] = [
    ['epoch', epoch],
    ['head signed', isoText(time)],
    ['head expires', `${isoText(expires)}${expired ? ', EXPIRED: no store has a newer one' : ''}`],
    ['blobs', `${blobs.total}, ${blobs.written} of them new (${blobs.octets} octets)`],
    ['files', `${files.total}, ${files.written} new, ${files.removed} removed`],
    ...(files.withheld === 0
      ? []
      : [['withheld', `${files.withheld} files outside their window`] as const]),
    ['removed', `${removed} blobs of earlier snapshots`],
  ];
  return factLines(facts);
}

/** A store may lag; whoever put an old head back looks the same, but not for long. */
function refusalRemedy(refused: readonly string[], directory: string): string {
  return refused.every((refusal) => refusal === 'head-rollback')
    ? `${directory} is newer and stays; run it again, and if it stays so find out who put an old head back`
    : `${directory} is as it was; find out who changed the store, or give the right key`;
}

function mirrorFailure(error: MirrorError, directory: string): Failure {
  const { code } = error;
  switch (error.code) {
    case 'no-head':
      if (error.refused.length === 0) {
        return {
          ...{ exit: EXIT.unreachable, code, message: 'no store gave a head' },
          remedy: 'see that --kv-url, its token or --from is right, and try again',
        };
      }
      return {
        ...{ exit: EXIT.refused, code, message: `refused: ${error.refused.join(', ')}` },
        remedy: refusalRemedy(error.refused, directory),
        facts: { refused: error.refused },
      };
    case 'blob-unavailable':
      return {
        ...{ exit: EXIT.unreachable, code, message: `no store gave blob ${error.hash}` },
        remedy: 'run it again, it goes on from here; `inkan publish --everything` mends KV',
        facts: { hash: error.hash },
      };
    case 'snapshot-inconsistent':
      return {
        ...{
          exit: EXIT.refused,
          code,
          message: `the snapshot contradicts itself at ${error.hash}`,
        },
        remedy: 'report this: the signer published what no edge can serve',
        facts: { hash: error.hash },
      };
    case 'directory-foreign':
      return {
        ...{ exit: EXIT.usage, code, message: `${directory} holds what this key did not sign` },
        remedy: 'give an empty directory, or the key that this mirror was made with',
      };
    case 'directory-failed':
      return {
        ...{ exit: EXIT.usage, code, message: `${directory} cannot be written: ${error.reason}` },
        remedy: 'make room or give rights; what was there is still whole',
      };
  }
}
