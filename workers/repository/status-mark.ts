import type { UnixSeconds } from '../../shared/time.ts';
import type { KnownStatus } from './certificate-status.ts';
import { type Html, html } from './html.ts';
import type { Language, Texts } from './language.ts';

type Shown = KnownStatus['status'] | 'expired';

const WORDS: Texts<Readonly<Record<Shown, string>>> = {
  en: {
    good: 'Good',
    revoked: 'Revoked',
    expired: 'Expired',
    none: 'No status',
    unavailable: 'Not known now',
  },
  ja: {
    good: '有効',
    revoked: '失効',
    expired: '期限切れ',
    none: '情報なし',
    unavailable: '現在不明',
  },
};

/** Revoked stays revoked; good matters only while the certificate is valid. */
export function shownStatus(
  status: KnownStatus['status'],
  notAfter: UnixSeconds | undefined,
  now: UnixSeconds,
): Shown {
  const expired = notAfter !== undefined && now > notAfter;
  return expired && status !== 'revoked' ? 'expired' : status;
}

/** In words, with a colour beside them. */
export function statusMark(shown: Shown, language: Language): Html {
  return html`<span class="mark ${shown}">${WORDS[language][shown]}</span>`;
}
