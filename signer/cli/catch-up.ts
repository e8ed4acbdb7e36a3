import { setTimeout as sleep } from 'node:timers/promises';
import { err } from '../../shared/result.ts';
import { storeOf } from '../publisher/configured-store.ts';
import { type CatchUpError, type CaughtUp, catchUp } from '../recovery/catch-up.ts';
import { fromDirectory, fromKV, type ReadKey } from '../recovery/snapshot-source.ts';
import { openStopped } from '../recovery/stopped-state.ts';
import { answered, factLines } from './answers.ts';
import type { CLIWorld, Command, Failure, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';
import { whileWaiting } from './progress.ts';
import { startFailure } from './start-failure.ts';

/** What no snapshot has, whatever is published. */
const NOT_IN_A_SNAPSHOT =
  'applications, the register of revocations, requests, approvals, operators and audit events from after the backup';

export const CATCH_UP: Command = {
  name: 'catch-up',
  summary: 'Take from the store what was published after this state (state-behind)',
  operands: [],
  options: [
    STATE_OPTION,
    {
      name: 'from',
      value: 'DIR',
      description: 'Read the snapshot from what `inkan mirror` wrote instead of from KV',
    },
  ],
  notes: [
    'For a state restored from a backup that is older than the last epoch, while no signer runs on it. Everything is verified: the head by the publication key, the rest by its hash, CRLs and certificates by their authorities.',
    'Recovered are revocations with date and reason, certificates that were published as files (of others serial number and status), CRL and epoch numbers: none is used twice. Nothing is published before all of it is signed anew; start the signer and see `inkan status`.',
    `Not recovered: ${NOT_IN_A_SNAPSHOT}.`,
  ],
  examples: [
    'inkan catch-up --state /var/lib/inkan',
    'inkan catch-up --state /var/lib/inkan --from /srv/mirror',
  ],
  run,
};

async function run(args: ParsedArguments, world: CLIWorld): Outcome {
  const opened = openStopped(stateDirectory(args, world), world.clock);
  if (!opened.ok) return err(startFailure(opened.error, EXIT.notStarted));
  const { state, config, close } = opened.value;
  try {
    const from = args.option('from');
    const wait = (milliseconds: number) => sleep(milliseconds);
    const read: ReadKey =
      from === undefined
        ? fromKV(storeOf(config.kv, world.environment), wait)
        : fromDirectory(pathFrom(from, world));
    const done = await whileWaiting(catchUp(state, read), world.stderr, 'the store');
    return done.ok ? said(done.value) : err(failure(done.error));
  } finally {
    close();
  }
}

function said(done: CaughtUp): ReturnType<typeof answered> {
  const { recordedEpoch, publishedEpoch, authorities, lostFiles } = done;
  if (recordedEpoch >= publishedEpoch) {
    return answered(done, [`nothing to do: epoch ${publishedEpoch} is of this state's past`]);
  }
  const lines = factLines([
    ['epoch', `${publishedEpoch} is published, this state ended with ${recordedEpoch}`],
    ...authorities.map(
      ({ name, certificates, statusOnly, revocations, crlNumber }) =>
        [
          name,
          `${certificates} certificates (${statusOnly} by status only), ${revocations.length} revocations, CRL ${crlNumber ?? 'none'}`,
        ] as const,
    ),
    ...lostFiles.map((path) => ['add again', `${path}: \`inkan document add\``] as const),
    ['not recovered', NOT_IN_A_SNAPSHOT],
    ['next', '`inkan serve`: everything is signed anew, then published'],
  ]);
  return answered(done, lines);
}

function failure(error: CatchUpError): Failure {
  const { code } = error;
  const refused = (message: string, remedy: string): Failure => ({
    ...{ exit: EXIT.refused, code, message, remedy },
  });
  const again = 'give another source with --from, or try again; nothing was changed';
  switch (error.code) {
    case 'source-unreachable':
      return { ...refused(`the store: ${error.reason}`, again), exit: EXIT.unreachable };
    case 'head-missing':
      return refused('the store has no head', again);
    case 'head-foreign':
      return refused('the head there is not signed by the publication key of this state', again);
    case 'blob-missing':
      return refused(`blob ${error.hash} is not there`, again);
    case 'snapshot-unreadable':
      return refused(`the published snapshot cannot be read at ${error.part}`, again);
    case 'artifact-unsound':
      return refused(
        `${error.path} is not signed by its authority`,
        'do not start this state, and find out who holds the publication key',
      );
    case 'epochs-forked':
      return refused(
        `two states have published epoch ${error.epoch}`,
        'restore the state that published last; this one cannot be made its successor',
      );
    case 'authorities-unknown':
      return refused(
        `${error.issuers.length} authorities were made after this backup (SHA-1 of their keys: ${error.issuers.join(', ')})`,
        'restore a backup from after they were made: without it their keys are not on record',
      );
  }
}
