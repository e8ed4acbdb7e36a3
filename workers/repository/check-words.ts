import type { Texts } from './language.ts';

export interface CheckPageWords {
  readonly title: string;
  readonly lead: string;
  readonly privacy: string;
  readonly files: string;
  readonly drop: string;
  readonly pasted: string;
  readonly check: string;
  readonly clear: string;
  readonly waiting: string;
  readonly missing: string;
  readonly byHand: string;
  readonly withoutScript: string;
  readonly certificateLine: string;
  readonly repository: string;
  readonly tokenLine: string;
  readonly trustTitle: string;
  readonly trust: string;
}

export const CHECK_WORDS: Texts<CheckPageWords> = {
  en: {
    title: 'Check a certificate',
    lead: 'Choose a certificate or a time stamp. Your browser finds the CA that issued it, asks this server for its status, and verifies the answer itself: good, revoked, or unknown. Of a time stamp it says whether the certificate of its TSA was good when it was made.',
    privacy:
      'What you choose stays on this computer. Only the question goes to this server: hashes of the CA’s name and key, and the serial number.',
    files: 'Certificates (DER, PEM, .p7c) or time stamps (.tsr, .tst)',
    drop: 'Or drop files anywhere on this page. Drop the stamped file together with its time stamp, and they are compared.',
    pasted: 'Or paste a certificate or time stamp as text',
    check: 'Check',
    clear: 'Clear',
    waiting: 'The program of this page is loading. If this stays, reload the page.',
    missing: 'The program of this page is not here just now. Check with openssl instead.',
    byHand: 'With openssl instead',
    withoutScript:
      'This page needs JavaScript, since the browser itself does the checking. Without it, check with openssl.',
    certificateLine:
      'A certificate: every CA has a line to copy on the page of the repository, after its OCSP address.',
    repository: 'To the repository',
    tokenLine:
      'A time stamp, with the certificates and CRLs of the repository in PEM (the root and all CRLs in root-and-crls.pem, the CA of the TSA in ca.pem):',
    trustTitle: 'What this proves, and what not',
    trust:
      'The checks are made against the roots that this server names. Compare the fingerprint of the root with one that you got by another way; and whoever served you this page could have served you another program. If much depends on it, check with openssl as well.',
  },
  ja: {
    title: '証明書の確認',
    lead: '証明書またはタイムスタンプを選んでください。ブラウザーが発行した認証局を探し、本サーバーに状態を問い合わせ、その回答を自ら検証して、有効・失効・不明のいずれかを示します。タイムスタンプについては、付与時点でTSAの証明書が有効だったかを示します。',
    privacy:
      '選んだファイルはこのコンピューターから出ません。本サーバーに送るのは、認証局の名称と鍵のハッシュ値およびシリアル番号からなる問い合わせだけです。',
    files: '証明書（DER、PEM、.p7c）またはタイムスタンプ（.tsr、.tst）',
    drop: 'このページのどこにでもドロップできます。対象のファイルをタイムスタンプと一緒にドロップすると照合します。',
    pasted: 'または、証明書・タイムスタンプをテキストで貼り付け',
    check: '確認する',
    clear: '消去',
    waiting: 'プログラムを読み込んでいます。この表示が消えない場合は再読み込みしてください。',
    missing: 'このページのプログラムが現在ありません。opensslで確認してください。',
    byHand: 'opensslで確認する場合',
    withoutScript:
      '検証をブラウザー自身が行うため、このページにはJavaScriptが必要です。使えない場合はopensslで確認してください。',
    certificateLine:
      '証明書：リポジトリーのページに、認証局ごとにOCSPのアドレスとともにコマンドを掲載しています。',
    repository: 'リポジトリーへ',
    tokenLine:
      'タイムスタンプ：リポジトリーの証明書とCRLをPEM形式で用意します（ルート証明書とすべてのCRLをroot-and-crls.pemに、TSAの認証局をca.pemに）。',
    trustTitle: '確認できること、できないこと',
    trust:
      '検証は、本サーバーが示すルート証明書を基準に行います。ルートのフィンガープリントを、別の方法で入手した値と照合してください。また、このページを配信した者は別のプログラムを配信することもできます。重要な場合はopensslでも確認してください。',
  },
};
