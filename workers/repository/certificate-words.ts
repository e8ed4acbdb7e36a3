import type { Texts } from './language.ts';

export interface CertificateWords {
  readonly title: string;
  readonly unlisted: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly profile: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly download: string;
  readonly der: string;
  readonly cut: string;
  readonly goOn: string;
  readonly openssl: string;
  readonly opensslHint: string;
  readonly back: (ca: string) => string;
}

export const CERTIFICATE_WORDS: Texts<CertificateWords> = {
  en: {
    title: 'Certificate',
    unlisted: 'Certificate',
    subject: 'Subject',
    issuer: 'Issuer',
    serialNumber: 'Serial number',
    profile: 'Profile of the policy',
    notBefore: 'Valid from',
    notAfter: 'Valid until',
    download: 'Download',
    der: 'Certificate (DER)',
    cut: 'It was looked for in a part of the list only, and not found there. Its status above does not depend on the list.',
    goOn: 'Go on searching',
    openssl: 'Ask for yourself',
    opensslHint:
      'These commands ask the responder with OpenSSL. Compare the fingerprint of ca.pem with the one in the repository.',
    back: (ca) => `Certificates issued by ${ca}`,
  },
  ja: {
    title: '証明書',
    unlisted: '証明書',
    subject: '主体者（Subject）',
    issuer: '発行者（Issuer）',
    serialNumber: 'シリアル番号',
    profile: 'ポリシーのプロファイル',
    notBefore: '有効期間の開始',
    notAfter: '有効期間の終了',
    download: 'ダウンロード',
    der: '証明書（DER）',
    cut: '一覧の一部だけを検索しましたが、この証明書は見つかりませんでした。上に示した状態は一覧に依存しません。',
    goOn: '続きを検索',
    openssl: 'ご自身での確認',
    opensslHint:
      'OpenSSLでOCSPレスポンダーに問い合わせるコマンドです。ca.pemのフィンガープリントをリポジトリーの値と照合してください。',
    back: (ca) => `${ca} の発行済み証明書`,
  },
};
