import { html } from './html.ts';
import type { Texts } from './language.ts';
import { type Page, pageLink, type Visit } from './visit.ts';

interface Words {
  readonly title: string;
  readonly text: string;
  readonly next: string;
}

const UNKNOWN: Texts<Words> = {
  en: {
    title: 'Nothing is published here',
    text: 'The repository has no page or file at this address.',
    next: 'To the repository',
  },
  ja: {
    title: 'ページが見つかりません',
    text: 'このアドレスで公開しているページやファイルはありません。',
    next: 'リポジトリーへ',
  },
};

const UNAVAILABLE: Texts<Words> = {
  en: {
    title: 'Temporarily unavailable',
    text: 'This server has no verified data to show just now. It shows nothing rather than something unverified. Please try again in a minute.',
    next: 'Try the repository again',
  },
  ja: {
    title: '一時的に利用できません',
    text: '検証済みのデータが現在ありません。検証していない内容は表示しません。しばらくしてからもう一度お試しください。',
    next: 'リポジトリーを再度開く',
  },
};

export function unknownPage(visit: Visit): Page {
  return errorPage(visit, 404, UNKNOWN);
}

export function unavailablePage(visit: Visit): Page {
  return errorPage(visit, 503, UNAVAILABLE);
}

function errorPage(visit: Visit, status: 404 | 503, texts: Texts<Words>): Page {
  const { title, text, next } = texts[visit.language];
  const body = html`<p>${text}</p>
<p><a class="button" href="${pageLink(visit, '/')}">${next}</a></p>`;
  return { status, title, body };
}
