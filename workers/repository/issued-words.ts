import type { Texts } from './language.ts';

export interface IssuedWords {
  readonly title: string;
  readonly noCA: string;
  readonly none: string;
  readonly ca: string;
  readonly query: string;
  readonly search: string;
  readonly pages: string;
  readonly newer: string;
  readonly older: string;
  readonly certificate: string;
  readonly validity: string;
  readonly status: string;
  readonly serial: string;
  readonly range: (first: string, last: string, total: string) => string;
  readonly found: (rows: string, query: string) => string;
  readonly exact: string;
  readonly foundNone: (query: string) => string;
  readonly cut: (looked: string, left: string) => string;
  readonly goOn: string;
}

export const ISSUED_WORDS: Texts<IssuedWords> = {
  en: {
    title: 'Issued certificates',
    noCA: 'No authority here publishes a list of its certificates.',
    none: 'This authority has issued no certificate yet.',
    ca: 'Certification authority',
    query: 'Part of the subject, or serial number',
    search: 'Search',
    pages: 'Pages of the list',
    newer: 'Newer certificates',
    older: 'Older certificates',
    certificate: 'Certificate',
    validity: 'Valid until',
    status: 'Status',
    serial: 'Serial number',
    range: (first, last, total) => `${first} to ${last} of ${total}, the newest first`,
    found: (rows, query) => `${rows} found for “${query}”, the newest first`,
    exact: 'Published with exactly this serial number:',
    foundNone: (query) => `Nothing found for “${query}” so far.`,
    cut: (looked, left) =>
      `One search looks through a part of the list only: ${looked} certificates this time. ${left} older ones have not been looked at.`,
    goOn: 'Go on searching',
  },
  ja: {
    title: '発行済み証明書',
    noCA: '証明書の一覧を公開している認証局はありません。',
    none: 'この認証局が発行した証明書はまだありません。',
    ca: '認証局',
    query: '主体者名の一部、またはシリアル番号',
    search: '検索',
    pages: '一覧のページ',
    newer: '新しい証明書',
    older: '古い証明書',
    certificate: '証明書',
    validity: '有効期限',
    status: '状態',
    serial: 'シリアル番号',
    range: (first, last, total) => `全${total}件中 ${first}～${last}件目（新しい順）`,
    found: (rows, query) => `「${query}」の検索結果 ${rows}件（新しい順）`,
    exact: 'このシリアル番号の証明書が公開されています：',
    foundNone: (query) => `「${query}」に一致する証明書は、これまでのところ見つかりません。`,
    cut: (looked, left) =>
      `一度に検索する範囲には上限があります。今回は${looked}件を検索しました。これより古い${left}件はまだ検索していません。`,
    goOn: '続きを検索',
  },
};
