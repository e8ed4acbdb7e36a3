import type { OptionSpec } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

/** What can be chosen of a certificate besides its subject, where its profile allows it. */
export const CHOSEN_CONTENTS: readonly OptionSpec[] = [
  {
    name: 'subject-alt-name',
    value: 'NAMES',
    description: 'DNS names and IP addresses with commas between them, for profiles that have them',
  },
  {
    name: 'without-aia',
    description: 'Without authorityInfoAccess, where the profile leaves it to the application',
  },
];

/** As the signer takes it; what was not said is left out. */
export function chosenContents(args: ParsedArguments): Readonly<Record<string, readonly string[]>> {
  const names = args.option('subject-alt-name');
  return {
    ...(names === undefined
      ? {}
      : { subjectAltNames: names.split(',').map((name) => name.trim()) }),
    ...(args.has('without-aia') ? { leaveOut: ['authorityInfoAccess'] } : {}),
  };
}
