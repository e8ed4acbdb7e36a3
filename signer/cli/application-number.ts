import { ok, type Result } from '../../shared/result.ts';
import type { ApplicationView } from '../operations/application-views.ts';
import { answered, factLines } from './answers.ts';
import { applicationView } from './application-decoders.ts';
import { applicationFacts } from './application-facts.ts';
import { ask } from './ask.ts';
import { type CLIWorld, type Failure, type Outcome, usageFailure } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

/** The path of the application that the first operand names. */
export function applicationPath(args: ParsedArguments): Result<string, Failure> {
  const number = applicationNumber(args.operand(0));
  return number.ok ? ok(`/v1/applications/${number.value}`) : number;
}

export function applicationNumber(text: string): Result<number, Failure> {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return ok(Number(text));
  return usageFailure(
    `${text} is not the number of an application`,
    'give it as `inkan application list` prints it',
  );
}

/** Sends one transition and answers the application after it. */
export async function transition(
  args: ParsedArguments,
  world: CLIWorld,
  what: string,
  body: object,
): Promise<Result<ApplicationView, Failure>> {
  const path = applicationPath(args);
  if (!path.ok) return path;
  const asked = { method: 'POST', path: `${path.value}/${what}`, body } as const;
  return ask(args, world, asked, applicationView);
}

export async function transitionAnswer(
  args: ParsedArguments,
  world: CLIWorld,
  what: string,
  body: object,
): Outcome {
  const view = await transition(args, world, what, body);
  return view.ok ? answered(view.value, factLines(applicationFacts(view.value))) : view;
}
