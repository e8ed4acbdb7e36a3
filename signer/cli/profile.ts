import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { required, strictObject, text } from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { decodeJSON } from '../api/json.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';

/** Options of every command that asks the signer. */
export const CONNECTION_OPTIONS: readonly OptionSpec[] = [
  STATE_OPTION,
  { name: 'signer', value: 'URL', description: 'Instead of --state: https://host:port' },
  {
    name: 'operator-ca',
    value: 'FILE',
    description: "With --signer: the operator CA's certificate",
  },
  { name: 'certificate', value: 'FILE', description: 'With --signer: your operator certificate' },
  { name: 'key', value: 'FILE', description: 'With --signer: its private key' },
];

/** How to reach a signer and as whom; PEM texts. */
export interface ClientProfile {
  readonly url: URL;
  readonly operatorCA: string;
  readonly certificate: string;
  readonly key: string;
}

/** `<state>/client.json`; paths are relative to the state directory. */
export interface ClientFile {
  readonly signer: string;
  readonly operatorCA: string;
  readonly certificate: string;
  readonly key: string;
}

const GROUP_OR_OTHER = 0o077;

const clientFile = strictObject<ClientFile>({
  signer: required(text(1_000)),
  operatorCA: required(text(1_000)),
  certificate: required(text(1_000)),
  key: required(text(1_000)),
});

/** From `--signer` and its three files, or from the state directory; never half of each. */
export async function loadProfile(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<ClientProfile, Failure>> {
  const found = namesOptions(args)
    ? fromOptions(args, world)
    : await fromState(stateDirectory(args, world));
  if (!found.ok) return found;
  const { signer, operatorCA, certificate, key } = found.value;
  const url = signerURL(signer);
  if (!url.ok) return url;
  const texts = await readTexts([operatorCA, certificate, key]);
  if (!texts.ok) return texts;
  const refused = await keyOpenToOthers(key);
  if (refused !== undefined) return refused;
  const [operatorCAText = '', certificateText = '', keyText = ''] = texts.value;
  return ok({
    url: url.value,
    operatorCA: operatorCAText,
    certificate: certificateText,
    key: keyText,
  });
}

function namesOptions(args: ParsedArguments): boolean {
  return ['signer', 'operator-ca', 'certificate', 'key'].some((name) => args.has(name));
}

function fromOptions(args: ParsedArguments, world: CLIWorld): Result<ClientFile, Failure> {
  const signer = args.option('signer');
  const operatorCA = args.option('operator-ca');
  const certificate = args.option('certificate');
  const key = args.option('key');
  if (!signer || !operatorCA || !certificate || !key || args.has('state')) {
    return usageFailure(
      '--signer, --operator-ca, --certificate and --key belong together',
      'give all four, or --state alone',
    );
  }
  return ok({
    signer,
    operatorCA: pathFrom(operatorCA, world),
    certificate: pathFrom(certificate, world),
    key: pathFrom(key, world),
  });
}

async function fromState(state: string): Promise<Result<ClientFile, Failure>> {
  const path = join(state, 'client.json');
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) {
    return usageFailure(
      `cannot read ${path}`,
      'run `inkan init` first, or name the state directory with --state',
    );
  }
  const json = decodeJSON(bytes);
  const decoded = json.ok ? clientFile(json.value, '') : json;
  if (!decoded.ok) {
    const pointer = 'pointer' in decoded.error ? `${decoded.error.pointer} ` : '';
    return usageFailure(`${path}: ${pointer}${decoded.error.reason}`, 'repair this file');
  }
  const { signer, operatorCA, certificate, key } = decoded.value;
  return ok({
    signer,
    operatorCA: resolve(state, operatorCA),
    certificate: resolve(state, certificate),
    key: resolve(state, key),
  });
}

function signerURL(text: string): Result<URL, Failure> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (url?.protocol === 'https:' && bare) return ok(url);
  return usageFailure(`${text} is not the URL of a signer`, 'write it as https://host:port');
}

async function readTexts(paths: readonly string[]): Promise<Result<readonly string[], Failure>> {
  const texts: string[] = [];
  for (const path of paths) {
    const read = await readFile(path, 'latin1').catch(() => undefined);
    if (read === undefined) return usageFailure(`cannot read ${path}`, 'see that it exists');
    texts.push(read);
  }
  return ok(texts);
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
