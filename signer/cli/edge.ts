import { err, ok, type Result } from '../../shared/result.ts';
import type { EdgeOptions } from '../../workers/node/edge.ts';
import type { Source } from '../../workers/node/source.ts';
import { answered } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { stopped } from './serve.ts';
import { environmentName, LISTEN_OPTION, listenAddress } from './setup-options.ts';
import {
  eventReport,
  PUBLICATION_KEY_OPTION,
  publicationKeyOption,
  sourceOf,
} from './snapshot-options.ts';

const DEFAULT_LISTEN = '127.0.0.1:8080';

export const EDGE: Command = {
  name: 'edge',
  summary: 'Answer OCSP and serve files from a mirror: the Worker, on a host of your own',
  operands: ['SOURCE'],
  options: [
    PUBLICATION_KEY_OPTION,
    {
      name: 'also',
      value: 'SOURCE',
      description:
        'Another directory or URL, asked when those before it do not do; may be repeated',
      repeatable: true,
    },
    {
      ...LISTEN_OPTION,
      description: `Where to answer, over plain http; default ${DEFAULT_LISTEN}; IPv6 in brackets`,
    },
    {
      name: 'reread',
      value: 'SECONDS',
      description: 'How long a head is used before it is read again, 1 to 3600; default 30',
    },
    {
      name: 'memory',
      value: 'MIB',
      description: 'Bound of what is kept between requests, 1 to 65536; default 256',
    },
    {
      name: 'alarm-webhook-env',
      value: 'NAME',
      description: 'The environment variable with the URL that alarms are posted to',
    },
  ],
  notes: [
    'SOURCE is a directory that `inkan mirror` keeps, or the http or https URL of a host that serves one. Nothing in it is trusted: what the publication key did not sign is not served. No state directory and no key is needed.',
    'OCSP and CRLs are served over plain http by design; put no redirect to https before it. Says on standard error, as JSON, what it refused and, every five minutes, what runs out. Ends in good order after Ctrl-C (exit code 130) or SIGTERM (exit code 0).',
  ],
  examples: [
    'inkan edge /srv/inkan --listen 0.0.0.0:80',
    'inkan edge https://mirror.example/ --also /srv/inkan --publication-key "$KEY"',
  ],
  run: edge,
  endsInOrder: true,
};

async function edge(args: ParsedArguments, world: CLIWorld): Outcome {
  const options = edgeOptions(args, world);
  if (!options.ok) return options;
  const started = await world.startEdge(options.value, eventReport(world));
  if (!started.ok) {
    return err({
      exit: EXIT.notStarted,
      code: started.error.code,
      message: `cannot listen: ${started.error.reason}`,
      remedy: 'give another address with --listen, or end what is there',
    });
  }
  const { url, close } = started.value;
  if (args.has('json')) world.stderr.write(`${JSON.stringify({ type: 'edge-ready', url })}\n`);
  else world.stderr.write(`inkan: the edge answers at ${url}\n`);
  await stopped(world.stop);
  await close();
  const exit = world.stop.reason === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
  return answered({ url, ended: world.stop.reason }, ['ended in good order'], exit);
}

/** Pure: what the arguments mean, or why they mean nothing. */
export function edgeOptions(args: ParsedArguments, world: CLIWorld): Result<EdgeOptions, Failure> {
  const publicationKey = publicationKeyOption(args, world);
  if (!publicationKey.ok) return publicationKey;
  const sources: Source[] = [];
  for (const text of [args.operand(0), ...args.all('also')]) {
    const source = sourceOf(text, world);
    if (!source.ok) return source;
    sources.push(source.value);
  }
  const listen = listenAddress(args.option('listen') ?? DEFAULT_LISTEN);
  if (!listen.ok) return listen;
  const reread = wholeNumber(args, 'reread', 30, [1, 3600]);
  if (!reread.ok) return reread;
  const memory = wholeNumber(args, 'memory', 256, [1, 65_536]);
  if (!memory.ok) return memory;
  const webhook = webhookOption(args, world);
  if (!webhook.ok) return webhook;
  return ok({
    publicationKey: publicationKey.value,
    sources,
    listen: listen.value,
    headRereadSeconds: reread.value,
    memoMaxBytes: memory.value * 2 ** 20,
    ...(webhook.value === undefined ? {} : { alarmWebhook: webhook.value }),
  });
}

/** A webhook's URL is a secret: whoever has it can post. */
function webhookOption(
  args: ParsedArguments,
  { environment }: CLIWorld,
): Result<string | undefined, Failure> {
  const variable = args.option('alarm-webhook-env');
  if (variable === undefined) return ok(undefined);
  const name = environmentName(variable, '--alarm-webhook-env');
  if (!name.ok) return name;
  const url = environment[name.value];
  if (url !== undefined && URL.canParse(url)) return ok(url);
  return usageFailure(`${name.value} holds no URL`, 'put the URL of the webhook into it');
}

export function wholeNumber(
  args: ParsedArguments,
  name: string,
  otherwise: number,
  [least, most]: readonly [number, number],
): Result<number, Failure> {
  const text = args.option(name);
  if (text === undefined) return ok(otherwise);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return ok(value);
  return usageFailure(`--${name} cannot be ${text}`, `give a whole number, ${least} to ${most}`);
}
