import { CRL_REASON_MEANINGS, crlReasonName } from '../../shared/policy/crl-reasons.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { KnownStatus } from './certificate-status.ts';
import { type Fact, facts } from './facts.ts';
import { type Html, html } from './html.ts';
import type { Texts } from './language.ts';
import { shownStatus, statusMark } from './status-mark.ts';
import { fullTime } from './times.ts';
import type { Visit } from './visit.ts';

interface Words {
  readonly status: string;
  readonly good: string;
  readonly expired: string;
  readonly none: string;
  readonly unavailable: string;
  readonly revokedAt: string;
  readonly reason: string;
  readonly meaning: string;
  readonly stated: string;
  readonly until: string;
}

const WORDS: Texts<Words> = {
  en: {
    status: 'Status',
    good: 'This certificate is not revoked.',
    expired:
      'The validity of this certificate has ended. It is not revoked as far as this CA still states a status.',
    none: 'This CA states no status for this serial number: it was never issued, or its validity ended long ago.',
    unavailable: 'The status cannot be told at this moment. Please try again in a minute.',
    revokedAt: 'Revoked from',
    reason: 'Reason',
    meaning: 'What this means for time-stamps',
    stated: 'Stated',
    until: 'Valid as an answer until',
  },
  ja: {
    status: '状態',
    good: 'この証明書は失効していません。',
    expired:
      'この証明書の有効期間は終了しています。認証局が状態を提供している範囲では、失効していません。',
    none: 'このシリアル番号の状態は提供していません。発行されたことがないか、有効期間の終了から長い時間が経過しています。',
    unavailable: '現在、状態を確認できません。しばらくしてからもう一度お試しください。',
    revokedAt: '失効日時',
    reason: '失効事由',
    meaning: 'タイムスタンプへの影響',
    stated: '状態の発表日時',
    until: 'この状態の有効期限',
  },
};

/** Status first: it is what people come for. Revoked: when, why, and what follows (CRL-13). */
export function statusPart(
  { language, now }: Visit,
  known: KnownStatus,
  notAfter: UnixSeconds | undefined,
): Html {
  const words = WORDS[language];
  const shown = shownStatus(known.status, notAfter, now);
  const tone = shown === 'good' ? 'good' : shown === 'revoked' ? 'alarm' : '';
  const sentence = shown === 'revoked' ? '' : words[shown];
  return html`<section class="note ${tone}" aria-label="${words.status}">
<p>${statusMark(shown, language)} ${sentence}</p>
${facts([...revocation(known, words, language), ...times(known, words, language)])}
</section>`;
}

function revocation(
  known: KnownStatus,
  words: Words,
  language: Visit['language'],
): readonly Fact[] {
  if (known.status !== 'revoked') return [];
  const { revocationTime, revocationReason } = known.certStatus;
  const name = crlReasonName(revocationReason);
  return [
    [words.revokedAt, fullTime(revocationTime, language)],
    [words.reason, html`<code>${name}</code> (${revocationReason})`],
    [words.meaning, CRL_REASON_MEANINGS[name][language]],
  ];
}

function times(known: KnownStatus, words: Words, language: Visit['language']): readonly Fact[] {
  if (known.status !== 'good' && known.status !== 'revoked') return [];
  const { thisUpdate, nextUpdate } = known.stored.times;
  return [
    [words.stated, fullTime(thisUpdate, language)],
    [words.until, fullTime(nextUpdate, language)],
  ];
}
