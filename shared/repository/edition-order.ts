import type { CatalogueDocument } from './catalogue.ts';

/** CP 9.12.1 speaks of a major and a minor number; `5.08` is minor 8, and before `5.10`. */
export const DOCUMENT_VERSION: RegExp = /^(0|[1-9][0-9]{0,4})\.([0-9]{1,5})$/;

type Numbers = readonly [major: number, minor: number];

/** undefined: not of the form of `DOCUMENT_VERSION`. */
export function numbersOfVersion(version: string): Numbers | undefined {
  const match = DOCUMENT_VERSION.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** Negative where `a` comes before `b`: by their numbers, and as texts where one has none. */
export function compareVersions(a: string, b: string): number {
  const [numbersA, numbersB] = [numbersOfVersion(a), numbersOfVersion(b)];
  if (!numbersA || !numbersB) return a < b ? -1 : a > b ? 1 : 0;
  return numbersA[0] - numbersB[0] || numbersA[1] - numbersB[1];
}

type Edition = Pick<CatalogueDocument, 'effective' | 'version'>;

/**
 * Of one document, by the time from which on each is in force; of those of one day the higher version
 * counts. Negative where `a` comes before `b`.
 */
export function compareEditions(a: Edition, b: Edition): number {
  return a.effective - b.effective || compareVersions(a.version, b.version);
}
