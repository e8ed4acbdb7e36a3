import { type AuthoritiesError, type Authority, loadAuthorities } from './authorities.ts';
import type { Certificate } from './certificate.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { judgeToken } from './judge-token.ts';
import type { InputRefusal, Item } from './read-input.ts';
import type { Report } from './report.ts';
import type { World } from './world.ts';

/** A file, or the text that was pasted (`name` is undefined then). */
export interface Input {
  readonly name: string | undefined;
  readonly items: readonly Item[];
}

export type Answer = Answered & { readonly name: string | undefined };

export type CheckOutcome =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'no-authorities'; readonly error: AuthoritiesError };

/** Everything that was given at once: each certificate and token gets a report, in that order. */
export async function check(inputs: readonly Input[], world: World): Promise<CheckOutcome> {
  const items = inputs.flatMap((input) => input.items);
  const needed = items.some(({ kind }) => kind === 'certificate' || kind === 'token');
  const loaded = needed ? await loadAuthorities(world) : undefined;
  if (loaded && !loaded.ok) return { kind: 'no-authorities', error: loaded.error };
  const company = {
    certificates: items.flatMap((item) => (item.kind === 'certificate' ? [item.certificate] : [])),
    data: items.flatMap((item) => (item.kind === 'data' ? [item.octets] : [])),
  };
  const context = { authorities: loaded?.value ?? [], company, world };
  const hasToken = items.some(({ kind }) => kind === 'token');
  const answers: Answer[] = [];
  for (const { name, items } of inputs) {
    for (const item of items) {
      if (item.kind === 'data' && hasToken) continue;
      answers.push({ name, ...(await answerItem(item, context)) });
    }
  }
  return { kind: 'answers', answers };
}

interface Context {
  readonly authorities: readonly Authority[];
  readonly company: {
    readonly certificates: readonly Certificate[];
    readonly data: readonly Uint8Array[];
  };
  readonly world: World;
}

type Answered =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'refused'; readonly code: InputRefusal };

async function answerItem(item: Item, { authorities, company, world }: Context): Promise<Answered> {
  switch (item.kind) {
    case 'certificate':
      return {
        kind: 'report',
        report: await judgeCertificate(item.certificate, authorities, world),
      };
    case 'token':
      return { kind: 'report', report: await judgeToken(item.token, company, authorities, world) };
    case 'refused':
      return { kind: 'refused', code: item.code };
    case 'data':
      return { kind: 'refused', code: 'no-certificate' };
  }
}
