import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import { type ClientIdentity, isEncryptedKey, openKey } from './client-identity.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { SecretSource } from './options.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';
import { identityFiles, type ProfileFiles, readProfileFile } from './profile-file.ts';
import { KEY_PASSPHRASE_OPTIONS, keyPassphraseSource, readSecret } from './secrets.ts';

/** Where the signer is and who asks, from a file. */
export const PROFILE_OPTIONS: readonly OptionSpec[] = [
  STATE_OPTION,
  {
    name: 'client',
    value: 'FILE',
    description: 'Instead of --state: your client profile; default $INKAN_CLIENT',
  },
  ...KEY_PASSPHRASE_OPTIONS,
];

const SIGNER_OPTIONS: readonly OptionSpec[] = [
  { name: 'signer', value: 'URL', description: 'Instead of --state: https://host:port' },
  {
    name: 'operator-ca',
    value: 'FILE',
    description: "With --signer: the operator CA's certificate",
  },
  { name: 'certificate', value: 'FILE', description: 'With --signer: your operator certificate' },
  { name: 'key', value: 'FILE', description: 'With --signer: its private key' },
  { name: 'pkcs12', value: 'FILE', description: 'With --signer: a PKCS#12 file that has both' },
];

/** Options of every command that asks the signer. */
export const CONNECTION_OPTIONS: readonly OptionSpec[] = [...PROFILE_OPTIONS, ...SIGNER_OPTIONS];

/** How to reach a signer and as whom. */
export interface ClientProfile {
  readonly url: URL;
  /** PEM. */
  readonly operatorCA: string;
  readonly identity: ClientIdentity;
}

const GROUP_OR_OTHER = 0o077;

/** From `--signer` and its files, or from a profile, or from the state directory; never half of each. */
export async function loadProfile(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<ClientProfile, Failure>> {
  const found = await profileFiles(args, world);
  if (!found.ok) return found;
  const url = signerURL(found.value.signer);
  if (!url.ok) return url;
  const operatorCA = await readOne(found.value.operatorCA);
  if (!operatorCA.ok) return operatorCA;
  const named = keyPassphraseSource(args, world);
  if (!named.ok) return named;
  const source = named.value ?? found.value.passphrase;
  const identity = await loadIdentity(found.value.identity, source, world);
  if (!identity.ok) return identity;
  const ca = operatorCA.value.toString('latin1');
  return ok({ url: url.value, operatorCA: ca, identity: identity.value });
}

function profileFiles(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<ProfileFiles, Failure>> {
  const bySigner = SIGNER_OPTIONS.some(({ name }) => args.has(name));
  const [one, two] = ['state', 'client'].filter((name) => args.has(name));
  if (two || (one && bySigner))
    return Promise.resolve(
      usageFailure('--state, --client and --signer exclude each other', 'give one of them'),
    );
  if (bySigner) return Promise.resolve(fromOptions(args, world));
  const profile = args.option('client') ?? (one ? undefined : world.environment['INKAN_CLIENT']);
  if (profile) return readProfileFile(pathFrom(profile, world), 'name your client profile');
  const path = join(stateDirectory(args, world), 'client.json');
  const remedy = 'run `inkan init` first, or name the state directory with --state';
  return readProfileFile(path, remedy);
}

function fromOptions(args: ParsedArguments, world: CLIWorld): Result<ProfileFiles, Failure> {
  const signer = args.option('signer');
  const operatorCA = args.option('operator-ca');
  const [certificate, key] = [args.option('certificate'), args.option('key')];
  const named = { certificate, key, pkcs12: args.option('pkcs12') };
  const identity = identityFiles(named, (path) => pathFrom(path, world));
  if (!signer || !operatorCA || !identity) {
    return usageFailure(
      '--signer, --operator-ca, --certificate and --key belong together',
      'give all four (--pkcs12 in place of the last two), or --state or --client alone',
    );
  }
  return ok({ signer, operatorCA: pathFrom(operatorCA, world), identity });
}

function signerURL(text: string): Result<URL, Failure> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (url?.protocol === 'https:' && bare) return ok(url);
  return usageFailure(`${text} is not the URL of a signer`, 'write it as https://host:port');
}

/** With the key opened; its passphrase is asked for only where one is needed. */
async function loadIdentity(
  files: ProfileFiles['identity'],
  source: SecretSource | undefined,
  world: CLIWorld,
): Promise<Result<ClientIdentity, Failure>> {
  const path = files.kind === 'pem' ? files.key : files.file;
  const secret = await readOne(path);
  if (!secret.ok) return secret;
  const refused = await keyOpenToOthers(path);
  if (refused !== undefined) return refused;
  const ask = () => readSecret(source, `Passphrase of ${path}: `, world);
  if (files.kind === 'pkcs12') {
    const passphrase = await ask();
    return passphrase.ok
      ? ok({ kind: 'pkcs12', pfx: secret.value, passphrase: passphrase.value })
      : passphrase;
  }
  const certificate = await readOne(files.certificate);
  if (!certificate.ok) return certificate;
  const pem = secret.value.toString('latin1');
  const passphrase = isEncryptedKey(pem) ? await ask() : ok(null);
  if (!passphrase.ok) return passphrase;
  const key = openKey(pem, passphrase.value);
  passphrase.value?.fill(0);
  if (key) return ok({ kind: 'pem', certificate: certificate.value.toString('latin1'), key });
  const remedy = passphrase.value ? 'give its passphrase' : 'give your private key, PEM';
  return usageFailure(`${path} cannot be opened`, remedy);
}

async function readOne(path: string): Promise<Result<Buffer, Failure>> {
  const read = await readFile(path).catch(() => undefined);
  return read ? ok(read) : usageFailure(`cannot read ${path}`, 'see that it exists');
}

async function keyOpenToOthers(path: string): Promise<Result<never, Failure> | undefined> {
  const { mode } = await stat(path);
  if ((mode & GROUP_OR_OTHER) === 0) return undefined;
  return err({
    exit: EXIT.usage,
    code: 'key-open-to-others',
    message: `${path} can be read by group or others`,
    remedy: `run \`chmod 600 ${path}\`, and ask for a new certificate if someone may have read it`,
  });
}
