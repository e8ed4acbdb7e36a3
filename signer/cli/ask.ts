import { anyNumber, anyText, type Decode, openObject, required } from '../../shared/json-fields.ts';
import { err, type Result } from '../../shared/result.ts';
import { decodeJSON } from '../api/json.ts';
import type { CLIWorld, Failure } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { loadProfile } from './profile.ts';
import { whileWaiting } from './progress.ts';
import {
  askSigner,
  type ClientError,
  type SignerRequest,
  type SignerResponse,
} from './signer-client.ts';

/** Asks the signer that the arguments name, and reads its answer. */
export async function ask<T>(
  args: ParsedArguments,
  world: CLIWorld,
  asked: SignerRequest,
  decode: Decode<T>,
): Promise<Result<T, Failure>> {
  const profile = await loadProfile(args, world);
  if (!profile.ok) return profile;
  const response = await whileWaiting(askSigner(profile.value, asked), world.stderr);
  if (!response.ok) return err(failureOf(response.error, profile.value.url, asked));
  return readResponse(response.value, decode);
}

/** A path's segment or a query's value. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

/** `?name=value&…` of those that are there, or nothing. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) query.set(name, value);
  }
  return query.size === 0 ? '' : `?${query}`;
}

interface ProblemHead {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

const problemHead = openObject<ProblemHead>({
  status: required(anyNumber),
  code: required(anyText),
  title: required(anyText),
  detail: required(anyText),
});

export function readResponse<T>(response: SignerResponse, decode: Decode<T>): Result<T, Failure> {
  const json = decodeJSON(response.body);
  if (!json.ok) return err(unreadable(`the body ${json.error.reason}`));
  if (response.status >= 200 && response.status < 300) {
    const value = decode(json.value, '');
    return value.ok ? value : err(unreadable(`${value.error.pointer} ${value.error.reason}`));
  }
  const problem = problemHead(json.value, '');
  if (!problem.ok) return err(unreadable(`status ${response.status} without a problem`));
  const { code, title, detail } = problem.value;
  const exit = exitOfProblem(problem.value);
  return err({ exit, code, message: title, remedy: detail, facts: { problem: json.value } });
}

/** problems.ts says what each status stands for. */
function exitOfProblem({ status, code }: ProblemHead): ExitCode {
  if (code === 'internal-error') return EXIT.bug;
  if (code === 'role-forbidden') return EXIT.refused;
  if (status === 403) return EXIT.unreachable;
  if (status === 404) return EXIT.notFound;
  if (status === 400) return EXIT.usage;
  return EXIT.refused;
}

function unreadable(reason: string): Failure {
  return {
    exit: EXIT.bug,
    code: 'answer-malformed',
    message: `the signer's answer cannot be read: ${reason}`,
    remedy: 'use a client of the same version as the signer',
  };
}

export function failureOf(error: ClientError, url: URL, { method }: SignerRequest): Failure {
  const base = { exit: EXIT.unreachable, code: error.code };
  const unsure =
    method === 'GET' ? 'ask again' : 'look with `inkan status` whether it was done, then ask again';
  switch (error.code) {
    case 'signer-unreachable':
      return {
        ...base,
        message: `the signer at ${url.host} is not reachable (${error.reason})`,
        remedy: 'start it with `inkan serve`, or give the right --state or --signer',
      };
    case 'signer-untrusted':
      return {
        ...base,
        message: `what answers at ${url.host} is not your signer (${error.reason})`,
        remedy: 'check the address and the operator CA file; send nothing to it',
      };
    case 'handshake-refused':
      return {
        ...base,
        message: `${url.host} refused the TLS connection (${error.reason})`,
        remedy: 'check that this is the signer, which speaks TLS 1.3 only',
      };
    case 'client-material-refused':
      return {
        ...base,
        exit: EXIT.usage,
        message: `your certificate, key or operator CA cannot be used (${error.reason})`,
        remedy: 'give the PEM files that belong together',
      };
    case 'connection-lost':
      return { ...base, message: `the connection was lost (${error.reason})`, remedy: unsure };
    case 'no-answer':
      return { ...base, message: `no answer in ${error.seconds} s`, remedy: unsure };
  }
}
