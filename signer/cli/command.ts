import { err, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import type { EdgeOptions, startEdge } from '../../workers/node/edge.ts';
import type { MirrorOptions, mirror } from '../../workers/node/mirror.ts';
import type { SignerService, Started } from '../service.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type {
  InitOptions,
  InitResult,
  InitWorld,
  SecretPrompt,
  SecretSource,
  ServeOptions,
  ServeWorld,
} from './options.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** All that a command may use besides its arguments and the files these name. */
export interface CLIWorld {
  readonly initialise: (options: InitOptions, world: InitWorld) => Started<InitResult>;
  readonly serve: (
    options: ServeOptions,
    world: ServeWorld,
  ) => Started<SignerService & { readonly url: string }>;
  /** `report` takes one line of JSON about what was refused or runs out. */
  readonly startEdge: (
    options: EdgeOptions,
    report: (line: string) => void,
  ) => ReturnType<typeof startEdge>;
  readonly mirror: (
    options: MirrorOptions,
    report: (line: string) => void,
  ) => ReturnType<typeof mirror>;
  /** Passphrases of people's own keys. */
  readonly secrets: {
    readonly read: (source: SecretSource | SecretPrompt) => Started<Uint8Array>;
    /** PKCS#8 as PEM, encrypted under the passphrase. */
    readonly encryptKey: (pkcs8: Uint8Array, passphrase: Uint8Array) => Promise<string>;
  };
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths in arguments begin here. */
  readonly currentDirectory: string;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Aborted when the process is told to end; the reason is the signal's name. */
  readonly stop: AbortSignal;
  readonly version: string;
}

/** How a command that did not do what was asked ends: one line, and the same as JSON. */
export interface Failure {
  readonly exit: ExitCode;
  readonly code: string;
  readonly message: string;
  /** One sentence that says what to do. */
  readonly remedy: string;
  /** What a person reads below that line, where there are several things; `facts` has them too. */
  readonly lines?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly exit: ExitCode;
  /** The one document of `--json`. */
  readonly json: unknown;
  /** What a person reads, without the last line end. */
  readonly text: string;
}

export type Outcome = Promise<Result<Answer, Failure>>;

export interface OptionSpec {
  readonly name: string;
  /** Absent: a flag that takes no value. */
  readonly value?: string;
  readonly description: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** May be given several times; read with `all`. */
  readonly repeatable?: true;
}

/** One command: what it takes, how it is explained, and what it does. */
export interface Command {
  /** One or two words, such as `certificate issue`. */
  readonly name: string;
  readonly summary: string;
  /** Each is required; named as in the usage line. */
  readonly operands: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Paragraphs of the help. */
  readonly notes: readonly string[];
  readonly examples: readonly string[];
  readonly run: (args: ParsedArguments, world: CLIWorld) => Outcome;
  /** It watches `world.stop` itself and must not be left before it has ended. */
  readonly endsInOrder?: true;
}

export function usageFailure(message: string, remedy: string): Result<never, Failure> {
  return err({ exit: EXIT.usage, code: 'wrong-usage', message, remedy });
}
