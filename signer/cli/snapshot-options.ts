import { ok, type Result } from '../../shared/result.ts';
import { decodePublicationKey, type PublicationKey } from '../../shared/snapshot/head.ts';
import { isoText } from '../../shared/time.ts';
import type { Source } from '../../workers/node/source.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { environmentName } from './setup-options.ts';

export const PUBLICATION_KEY_OPTION: OptionSpec = {
  name: 'publication-key',
  value: 'TEXT',
  description:
    'The only key whose heads are taken, as `inkan init` printed it; default $INKAN_PUBLICATION_KEY',
};

export const KV_OPTIONS: readonly OptionSpec[] = [
  { name: 'kv-url', value: 'URL', description: 'Workers KV: the base URL of its REST API' },
  {
    name: 'kv-token-env',
    value: 'NAME',
    description: 'The environment variable with its API token; a token that may read is enough',
  },
];

export function publicationKeyOption(
  args: ParsedArguments,
  { environment }: CLIWorld,
): Result<PublicationKey, Failure> {
  const text = args.option('publication-key') ?? environment['INKAN_PUBLICATION_KEY'];
  if (!text) {
    return usageFailure(
      'no publication key is given',
      'give --publication-key with what `inkan init` printed (name+hash+base64)',
    );
  }
  const key = decodePublicationKey(text.trim());
  if (key.ok) return key;
  return usageFailure(
    '--publication-key is not a verifier key',
    'give the whole of what `inkan init` printed (name+hash+base64)',
  );
}

/** A directory, or the http or https URL of a host that serves one. */
export function sourceOf(text: string, world: CLIWorld): Result<Source, Failure> {
  if (!/^[a-z]+:\/\//i.test(text)) return ok({ kind: 'directory', path: pathFrom(text, world) });
  return isBareURL(text)
    ? ok({ kind: 'url', url: text })
    : usageFailure(
        `${text} cannot be read from`,
        'give a directory, or an http or https URL without user, query and fragment',
      );
}

/** `--kv-url` and `--kv-token-env`; the token is read here and shown nowhere. */
export function kvSource(
  args: ParsedArguments,
  { environment }: CLIWorld,
): Result<Source | undefined, Failure> {
  const url = args.option('kv-url')?.replace(/\/+$/, '');
  const variable = args.option('kv-token-env');
  if (url === undefined) {
    if (variable === undefined) return ok(undefined);
    return usageFailure('--kv-token-env is given without --kv-url', 'give both or neither');
  }
  if (!isBareURL(url)) {
    return usageFailure(
      '--kv-url is not the base URL of a namespace',
      'give an http or https URL without user, query and fragment',
    );
  }
  if (variable === undefined) return ok({ kind: 'kv', url, token: null });
  const name = environmentName(variable, '--kv-token-env');
  if (!name.ok) return name;
  const token = environment[name.value];
  if (token) return ok({ kind: 'kv', url, token });
  return usageFailure(`${name.value} is empty or not set`, 'put the API token into it');
}

/** http or https, and nothing in it that would not be sent or that is secret. */
function isBareURL(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false;
  return url.username + url.password + url.search + url.hash === '';
}

/** What the edge says of stores and artifacts: one line of JSON, with the time. */
export function eventReport({ stderr, clock }: CLIWorld): (line: string) => void {
  return (line) => {
    stderr.write(`${JSON.stringify({ time: isoText(clock()), ...JSON.parse(line) })}\n`);
  };
}
