import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Day, dayOf } from '../../shared/policy/day.ts';
import { addSeconds, type UnixSeconds } from '../../shared/time.ts';
import type { DocumentListView } from '../operations/document-views.ts';
import type { DemoLayout } from './demo-layout.ts';
import { inkan } from './signer-process.ts';

interface DemoEdition {
  readonly name: string;
  readonly language: 'ja' | 'en';
  readonly title: string;
  readonly version: string;
  readonly effective: Day;
  /** Of the second edition. */
  readonly summary?: string;
}

/** Who may publish a CP; the others of the demo may not. */
const MANAGER = 'bob';

/** The day on which the first edition says that it was in force. */
const FIRST_EFFECTIVE: Day = '2026-01-01';

/** A change that is announced two weeks before it is in force, as CP 9.12.2 gives one to object. */
const NOTICE_SECONDS = 14 * 86_400;

function demoEditions(now: UnixSeconds): readonly DemoEdition[] {
  const effective = dayOf(addSeconds(now, NOTICE_SECONDS));
  const ja = {
    name: 'demo-cp',
    language: 'ja',
    title: 'Inkanデモ認証局 証明書ポリシー（例）',
  } as const;
  const title = 'Inkan Demo CA Certificate Policy (example)';
  const en = { name: 'demo-cp-en', language: 'en', title } as const;
  const first = { version: '1.0', effective: FIRST_EFFECTIVE };
  const second = { version: '1.1', effective };
  return [
    { ...ja, ...first },
    { ...en, ...first },
    { ...ja, ...second, summary: '連絡先（1.5）を追加しました。証明書の使用には影響しません。' },
    { ...en, ...second, summary: 'Contact (1.5) added; no effect on the use of certificates.' },
  ];
}

/** Puts the demo's CP into its repository, what is missing of it, so that there is something to read. */
export async function ensureDocuments(
  layout: DemoLayout,
  now: UnixSeconds,
  say: (line: string) => void,
): Promise<void> {
  const { folder, documents } = await inkan<DocumentListView>(layout, ['document', 'list']);
  // A demo from before there were documents keeps the policy that it was made with.
  if (folder === null) return;
  for (const edition of demoEditions(now)) {
    const { name, version } = edition;
    if (documents.some((one) => one.name === name && one.version === version)) continue;
    say(`publishing ${name} ${version}, an example`);
    const file = join(layout.demo, `${name}-${version}.txt`);
    // Also over one that a start left which was stopped here: its day may have been another.
    writeFileSync(file, demoText(edition));
    await inkan(layout, addArguments(file, edition), MANAGER);
  }
}

function addArguments(file: string, edition: DemoEdition): readonly string[] {
  const { name, language, title, version, effective, summary } = edition;
  return [
    ...['document', 'add', file, '--name', name, '--edition', version],
    ...['--kind', 'certificate-policy', '--title', title, '--language', language],
    ...['--effective', effective],
    ...(summary === undefined ? [] : ['--change', 'minor', '--summary', summary]),
  ];
}

/** One page, and on every part of it that it is nobody's policy. */
function demoText(edition: DemoEdition): string {
  const lines = edition.language === 'ja' ? japanese(edition) : english(edition);
  return `${lines.join('\n')}\n`;
}

function japanese({ title, version, effective, summary }: DemoEdition): readonly string[] {
  return [
    title,
    `バージョン ${version}　実施日 ${effective}`,
    '',
    'これはデモンストレーションのための例です。実在する認証局の文書ではなく、',
    'この認証局の証明書を信頼してはなりません。',
    ...(summary === undefined ? [] : ['', `変更内容: ${summary}`]),
    '',
    '1.1 概要: この認証局は、このコンピュータの上で試すためだけに証明書を発行します。',
    ...(summary === undefined ? [] : ['1.5 連絡先: demo@inkan.example']),
    '4.9 失効: 失効は24時間以内にCRLとOCSPに反映されます。',
    '7   プロファイル: タイムスタンプ用の証明書のプロファイルに従います。',
    '9.12 改訂: 変更はリポジトリーへの掲載により告知し、告知日から一週間、異議を受け付けます。',
  ];
}

function english({ title, version, effective, summary }: DemoEdition): readonly string[] {
  return [
    title,
    `Version ${version}, in force from ${effective}`,
    '',
    'This is an example for a demonstration. It is no document of any real certificate authority;',
    'do not trust a certificate of this one.',
    ...(summary === undefined ? [] : ['', `What changed: ${summary}`]),
    '',
    '1.1  Overview: this CA issues certificates to try things out on this machine, and for nothing else.',
    ...(summary === undefined ? [] : ['1.5  Contact: demo@inkan.example']),
    '4.9  Revocation: a revocation is in CRL and OCSP within 24 hours.',
    '7    Profiles: those of certificates for time-stamping.',
    '9.12 Amendments: a change is announced by being published in the repository; objections are',
    '     taken for a week from then on.',
  ];
}
