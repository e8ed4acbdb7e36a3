import { ROLES } from '../../shared/policy/roles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { answered, type Fact, factLines } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import { DEFAULT_OPERATOR, namedOperators } from './named-operators.ts';
import type { InitOptions } from './options.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';
import {
  environmentName,
  LISTEN_OPTION,
  listenAddress,
  PASSPHRASE_OPTIONS,
  PIN_OPTIONS,
  secretSource,
} from './setup-options.ts';
import { startFailure } from './start-failure.ts';

const DEFAULT_LISTEN = '127.0.0.1:8443';

export const INIT: Command = {
  name: 'init',
  summary: 'Make a new signer: its state directory, its operator CA and its first operators',
  operands: [],
  options: [
    STATE_OPTION,
    { name: 'policy', value: 'FILE', description: 'The policy of the CA', required: true },
    {
      name: 'operator',
      value: 'NAME[:ROLE,ROLE]',
      description: `Somebody who may act, and as what; may be repeated; default ${DEFAULT_OPERATOR}`,
      repeatable: true,
    },
    { ...LISTEN_OPTION, description: `${LISTEN_OPTION.description}; default ${DEFAULT_LISTEN}` },
    { name: 'kv-url', value: 'URL', description: 'Workers KV: the base URL of its REST API' },
    {
      name: 'kv-token-env',
      value: 'NAME',
      description: 'The environment variable that `serve` reads the API token from',
    },
    { name: 'publication-name', value: 'NAME', description: 'The origin in the signed head' },
    ...PASSPHRASE_OPTIONS,
    { name: 'pkcs11-module', value: 'PATH', description: "The HSM vendor's PKCS#11 module" },
    { name: 'pkcs11-token', value: 'LABEL', description: 'The label of the token' },
    ...PIN_OPTIONS,
  ],
  notes: [
    `Roles are ${ROLES.join(', ')}; without any, somebody has all of them but the auditor's, who has no other. Each gets a folder under operators/ with certificate, key and client profile, to be handed over on a medium of its own; more people are added later with \`inkan operator add\`.`,
    'Never overwrites a state directory. Secrets are read from files or the environment, never from arguments, which other users of the machine can see.',
  ],
  examples: [
    'inkan init --policy policy.json --passphrase-file passphrase.txt',
    'inkan init --policy policy.json --operator alice:registration-officer,system-operator --operator bob:system-manager,pki-administrator --operator carol:auditor',
    'inkan init --policy policy.json --pkcs11-module /usr/lib/softhsm/libsofthsm2.so --pkcs11-token inkan --pkcs11-pin-env PIN',
  ],
  run: init,
};

async function init(args: ParsedArguments, world: CLIWorld): Outcome {
  const options = initOptions(args, world);
  if (!options.ok) return options;
  const { clock, randomBytes, environment } = world;
  const made = await world.initialise(options.value, { clock, randomBytes, environment });
  if (!made.ok) return err(startFailure(made.error, EXIT.notStarted));
  const { value } = made;
  const lines = factLines([
    ['state', value.state],
    ['signer', value.signer],
    ...value.operators.flatMap(({ person, roles, spkiSha256 }): readonly Fact[] => [
      ['operator', `${person}: ${roles.join(', ')}`],
      ['operator key sha-256', spkiSha256],
    ]),
    ['publication key', value.publicationKey],
    ['authorities', value.authorities.join(', ')],
    [
      'store',
      args.option('kv-url') ?? 'none: nothing is published until `kv` is set in config.json',
    ],
    [
      'next',
      '`inkan serve`, then `inkan ca create NAME`; for custody `offline`, `inkan ceremony root NAME`',
    ],
  ]);
  return answered(value, lines);
}

/** Pure: what the arguments mean, or why they mean nothing. */
export function initOptions(args: ParsedArguments, world: CLIWorld): Result<InitOptions, Failure> {
  const listen = listenAddress(args.option('listen') ?? DEFAULT_LISTEN);
  if (!listen.ok) return listen;
  const operators = namedOperators(args.all('operator'));
  if (!operators.ok) return operators;
  const kv = kvOptions(args);
  if (!kv.ok) return kv;
  const passphrase = secretSource(args, world, 'passphrase');
  if (!passphrase.ok) return passphrase;
  const pkcs11 = pkcs11Options(args, world);
  if (!pkcs11.ok) return pkcs11;
  const publicationName = args.option('publication-name');
  return ok({
    state: stateDirectory(args, world),
    policy: pathFrom(args.required('policy'), world),
    operators: operators.value,
    listen: listen.value,
    ...(kv.value === undefined ? {} : { kv: kv.value }),
    ...(publicationName === undefined ? {} : { publicationName }),
    ...(passphrase.value === undefined ? {} : { passphrase: passphrase.value }),
    ...(pkcs11.value === undefined ? {} : { pkcs11: pkcs11.value }),
  });
}

function kvOptions(args: ParsedArguments): Result<InitOptions['kv'], Failure> {
  const text = args.option('kv-url');
  const token = args.option('kv-token-env');
  if (text === undefined) {
    if (token === undefined) return ok(undefined);
    return usageFailure('--kv-token-env is given without --kv-url', 'give both or neither');
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    return usageFailure(
      '--kv-url is not an http(s) URL',
      'give one, without a user or a token in it',
    );
  }
  const base = { url: text.replace(/\/+$/, '') };
  if (token === undefined) return ok(base);
  const tokenEnvironment = environmentName(token, '--kv-token-env');
  return tokenEnvironment.ok
    ? ok({ ...base, tokenEnvironment: tokenEnvironment.value })
    : tokenEnvironment;
}

function pkcs11Options(
  args: ParsedArguments,
  world: CLIWorld,
): Result<InitOptions['pkcs11'], Failure> {
  const module = args.option('pkcs11-module');
  const tokenLabel = args.option('pkcs11-token');
  const pin = secretSource(args, world, 'pkcs11-pin');
  if (!pin.ok) return pin;
  if (!module && !tokenLabel && !pin.value) return ok(undefined);
  if (module && tokenLabel && pin.value) {
    return ok({ module: pathFrom(module, world), tokenLabel, pin: pin.value });
  }
  return usageFailure(
    'a PKCS#11 token needs module, label and PIN',
    'give --pkcs11-module, --pkcs11-token and --pkcs11-pin-file or --pkcs11-pin-env',
  );
}
