import type { OperatorKeyView, OperatorView } from '../operations/operator-views.ts';
import { type Fact, factLines } from './answers.ts';

export function newestKey({ keys }: OperatorView): OperatorKeyView | undefined {
  return keys.at(-1);
}

/** One line of the list. */
export function operatorLine({ person, roles, state, keys }: OperatorView): string {
  const ends = keys.filter((key) => key.state === 'active').map(({ notAfter }) => notAfter);
  const until = ends.sort().at(-1);
  return [person, state, ...(until === undefined ? [] : [`until ${until}`]), roles.join(', ')].join(
    '  ',
  );
}

export function operatorLines({ person, roles, state, keys }: OperatorView): readonly string[] {
  return factLines([
    ['operator', person],
    ['state', state],
    ['roles', roles.join(', ')],
    ...keys.flatMap(keyFacts),
  ]);
}

function keyFacts({
  spkiSha256,
  state,
  notAfter,
  addedAt,
  addedBy,
  revoked,
}: OperatorKeyView): readonly Fact[] {
  return [
    ['key sha-256', spkiSha256],
    ['  state', `${state}, certificate until ${notAfter}`],
    ['  added', `${addedAt} by ${addedBy}`],
    ...(revoked
      ? [['  revoked', `${revoked.at} by ${revoked.by}: ${revoked.reason}`] as const]
      : []),
  ];
}
