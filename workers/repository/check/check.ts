import { askingOnce } from './ask-once.ts';
import { type AuthoritiesError, type Authority, loadAuthorities } from './authorities.ts';
import { type Given, given, type Input, type Refusal } from './given.ts';
import { type Comparison, type Comparisons, compareImprint } from './imprint.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { judgeToken, type TokenCompany } from './judge-token.ts';
import type { Report } from './report.ts';
import type { TimeStampToken } from './time-stamp-token.ts';
import type { World } from './world.ts';

export type Answer = Answered & { readonly name: string };

type Answered =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'refused'; readonly code: Refusal };

export type CheckOutcome =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'no-authorities'; readonly error: AuthoritiesError };

/** Everything that was given at once: each certificate and token gets a report, in that order. */
export async function check(inputs: readonly Input[], world: World): Promise<CheckOutcome> {
  const all = inputs.map(given);
  const items = all.flatMap((one) => one.items);
  const needed = items.some(({ kind }) => kind === 'certificate' || kind === 'token');
  const loaded = needed ? await loadAuthorities(world) : undefined;
  if (loaded && !loaded.ok) return { kind: 'no-authorities', error: loaded.error };
  const context = {
    authorities: loaded?.value ?? [],
    certificates: items.flatMap((item) => (item.kind === 'certificate' ? [item.certificate] : [])),
    compared: await compareAll(all),
    world: askingOnce(world),
  };
  const answers: Answer[] = [];
  for (const one of all) {
    for (const item of one.items) {
      const answer = await answerItem(item, one, context);
      if (answer) answers.push({ name: one.candidate.name, ...answer });
    }
  }
  return { kind: 'answers', answers };
}

interface Context extends Pick<TokenCompany, 'certificates'> {
  readonly authorities: readonly Authority[];
  readonly compared: ReadonlyMap<TimeStampToken, Comparisons>;
  readonly world: World;
}

/** Every token with every input but its own, whatever that was read as. */
async function compareAll(all: readonly Given[]): Promise<Context['compared']> {
  const compared = new Map<TimeStampToken, Comparisons>();
  for (const own of all) {
    const others = all.filter((one) => one !== own).map(({ candidate }) => candidate);
    for (const item of own.items) {
      if (item.kind !== 'token') continue;
      compared.set(item.token, await compareImprint(item.token.imprint, others));
    }
  }
  return compared;
}

/** Nothing for what was stamped, and for what is no certificate but the token's report speaks of. */
async function answerItem(
  item: Given['items'][number],
  { candidate }: Given,
  { authorities, certificates, compared, world }: Context,
): Promise<Answered | undefined> {
  const found = [...compared.values()].map((comparisons) => comparisons.get(candidate));
  switch (item.kind) {
    case 'certificate':
      return {
        kind: 'report',
        report: await judgeCertificate(item.certificate, authorities, world),
      };
    case 'token': {
      const comparisons = compared.get(item.token) ?? new Map();
      const company = { certificates, comparisons };
      return { kind: 'report', report: await judgeToken(item.token, company, authorities, world) };
    }
    case 'unread':
      return { kind: 'refused', code: item.code };
    case 'refused':
      return found.includes('same') ? undefined : { kind: 'refused', code: item.code };
    case 'data':
      return answerData(found);
  }
}

/** A file that is neither certificate nor token, beside what every token said of it. */
function answerData(found: readonly (Comparison | undefined)[]): Answered | undefined {
  if (found.length === 0) return { kind: 'refused', code: 'no-certificate' };
  const differs = found.includes('differs') && !found.includes('same');
  return differs ? { kind: 'refused', code: 'not-stamped' } : undefined;
}
