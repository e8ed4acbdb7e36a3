import { err } from '../../shared/result.ts';
import { examineState } from '../doctor/examine.ts';
import { type Finding, fine, warning, wrong } from '../doctor/finding.ts';
import type { StatusView } from '../operations/views.ts';
import { answered } from './answers.ts';
import { ask } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { STATE_OPTION, stateDirectory } from './paths.ts';
import { startFailure } from './start-failure.ts';
import { statusView } from './view-decoders.ts';

export const DOCTOR: Command = {
  name: 'doctor',
  summary: 'Check everything that a signer needs, and say what to do',
  operands: [],
  options: [
    STATE_OPTION,
    {
      name: 'write-probe',
      description: 'Also write a key of its own into the store, and remove it',
    },
  ],
  notes: [
    'Of a stopped signer: configuration, policy, modes of files, TLS certificates, disk, database, audit log, keystores, store and clock. Of a running one, whose database and keys nobody else can open, what it says of itself takes their place. Nothing is changed.',
    'Exit code 10: something is wrong. Warnings alone are 0.',
  ],
  examples: ['inkan doctor', 'inkan doctor --state /var/lib/inkan --write-probe --json'],
  run: doctor,
};

async function doctor(args: ParsedArguments, world: CLIWorld): Outcome {
  const { clock, environment, randomBytes } = world;
  const probe = args.has('write-probe') ? 'write-probe' : 'read-only';
  const state = stateDirectory(args, world);
  const examined = await examineState(state, probe, {
    ...{ now: clock(), environment, randomBytes, fetch },
  });
  if (!examined.ok) return err(startFailure(examined.error, EXIT.notStarted));
  const { isRunning } = examined.value;
  const findings = [
    ...examined.value.findings,
    ...(isRunning ? await runningFindings(args, world) : []),
  ];
  const errors = findings.filter(({ result }) => result === 'error').length;
  const warnings = findings.filter(({ result }) => result === 'warning').length;
  const lines = [
    ...findings.map(line),
    `${errors} errors, ${warnings} warnings; the signer ${isRunning ? 'runs' : 'does not run'}`,
  ];
  const exit = errors > 0 ? EXIT.alert : EXIT.ok;
  return answered({ state, running: isRunning, errors, warnings, findings }, lines, exit);
}

function line({ check, result, found, remedy }: Finding): string {
  const mark = { ok: 'ok     ', warning: 'WARNING', error: 'ERROR  ' }[result];
  return `${mark}  ${check}: ${found}${remedy === null ? '' : `; ${remedy}`}`;
}

const SHORT_HOURS = 24;

async function runningFindings(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<readonly Finding[]> {
  const asked = { method: 'GET', path: '/v1/status' } as const;
  const status = await ask<StatusView>(args, world, asked, statusView);
  if (!status.ok) return [warning('signer', status.error.message, status.error.remedy)];
  const { epoch, lastPublishError, headExpires, runway } = status.value;
  const published =
    lastPublishError === null
      ? fine('store', `epoch ${epoch}, its head expires ${headExpires ?? 'never'}`)
      : wrong('store', lastPublishError, 'see `inkan status`; the signer keeps trying');
  const [shortest] = runway;
  if (!shortest) return [published];
  const { artifact, authority, hours } = shortest;
  const found = `${artifact} of ${authority} lasts ${hours} h`;
  return [
    published,
    hours < SHORT_HOURS
      ? warning('runway', found, 'see `inkan status`: it should have been renewed')
      : fine('runway', found),
  ];
}
