import type { UnixSeconds } from '../../shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Html } from './html.ts';
import { acceptedLanguage, isLanguage, type Language } from './language.ts';

/** Somebody who looks at a page. */
export interface Visit {
  readonly language: Language;
  /** By `?lang=`: then every link carries it on, which needs no cookie. */
  readonly chosen: boolean;
  readonly path: string;
  /** Without `lang`; no more and no longer parameters than any page has, each once. */
  readonly query: URLSearchParams;
  readonly now: UnixSeconds;
}

/** What a page may take its facts from: the one verified snapshot, and what this edge counts. */
export interface Source {
  readonly snapshot: Snapshot;
  readonly deps: Deps;
}

/** What goes into the layout. */
export interface Page {
  readonly status: 200 | 404 | 503;
  readonly title: string;
  readonly body: Html;
  /** Paths of module scripts on this host. Pages without any allow none (CSP). */
  readonly scripts?: readonly string[];
}

export type Renderer = (visit: Visit, source: Source) => Page | Promise<Page>;

/** Pages give back what they were asked, in links, so that this bounds them. */
const PARAMETERS_MOST = 8;
/** Longer than any search that finds something. */
export const VALUE_MAX_CHARACTERS = 200;

export function visitOf(url: URL, headers: Headers, now: UnixSeconds): Visit {
  const query = new URLSearchParams();
  for (const [name, value] of [...url.searchParams].slice(0, PARAMETERS_MOST)) {
    query.set(name.slice(0, VALUE_MAX_CHARACTERS), value.trim().slice(0, VALUE_MAX_CHARACTERS));
  }
  const asked = query.get('lang');
  query.delete('lang');
  const chosen = isLanguage(asked);
  const language = chosen ? asked : acceptedLanguage(headers.get('accept-language'));
  return { language, chosen, path: ownPath(url.pathname), query, now };
}

/** Links lead on from here, so that a path that a browser would take for another host is none of ours. */
function ownPath(path: string): string {
  return path.length <= VALUE_MAX_CHARACTERS && OWN_PATH.test(path) ? path : '/';
}

const OWN_PATH = /^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*\/?$/;

/** A link to a page of ours, in the language that was chosen. */
export function pageLink(
  { chosen, language }: Visit,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query);
  if (chosen) search.set('lang', language);
  return withQuery(path, search);
}

/** The page that is being looked at, in this language, or in whichever the browser prefers. */
export function sameInLanguage({ path, query }: Visit, language: Language | undefined): string {
  const search = new URLSearchParams(query);
  if (language) search.set('lang', language);
  return withQuery(path, search);
}

function withQuery(path: string, search: URLSearchParams): string {
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A parameter of the query; empty when there is none. */
export function parameter({ query }: Visit, name: string): string {
  return query.get(name) ?? '';
}

/** A whole number from 1; anything else, or one too large to mean something, is 1. */
export function ordinal(visit: Visit, name: string): number {
  const text = visit.query.get(name) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 1;
}
