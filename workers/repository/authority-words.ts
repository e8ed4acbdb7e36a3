import type { Texts } from './language.ts';

export interface AuthorityWords {
  readonly expired: string;
  readonly notYet: string;
  readonly subject: string;
  readonly issuer: string;
  readonly itself: string;
  readonly serialNumber: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: string;
  readonly signature: string;
  readonly downloads: string;
  readonly chain: string;
  readonly crl: string;
  readonly crlNumber: string;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly replaced: string;
  readonly orSooner: string;
  readonly entries: string;
  readonly size: string;
  readonly crlURL: string;
  readonly reasons: string;
  readonly reasonsFile: string;
  readonly ocsp: string;
  readonly ocspURL: string;
  readonly ocspHint: string;
  readonly issued: string;
  readonly issuedLink: (certificates: string) => string;
}

/** The names of the fields are those of RFC 5280, with what they mean. */
export const AUTHORITY_WORDS: Texts<AuthorityWords> = {
  en: {
    expired: 'Expired',
    notYet: 'Not yet valid',
    subject: 'Subject',
    issuer: 'Issuer',
    itself: 'Itself (self-signed)',
    serialNumber: 'Serial number',
    notBefore: 'Valid from',
    notAfter: 'Valid until',
    key: 'Public key',
    signature: 'Signature',
    downloads: 'Download this certificate',
    chain: 'Chain (p7c)',
    crl: 'Certificate revocation list',
    crlNumber: 'CRL number',
    thisUpdate: 'Issued (thisUpdate)',
    nextUpdate: 'Valid until (nextUpdate)',
    replaced: 'Will be replaced',
    orSooner: 'or as soon as a certificate is issued or revoked',
    entries: 'Revoked certificates',
    size: 'Size',
    crlURL: 'Address',
    reasons: 'Reasons of revocation',
    reasonsFile: 'List of reasons',
    ocsp: 'Online status (OCSP)',
    ocspURL: 'Address of the responder',
    ocspHint:
      'To ask with OpenSSL about certificate.pem. Compare the fingerprint of ca.pem with the one above first.',
    issued: 'Issued certificates',
    issuedLink: (certificates) => `List and search (${certificates})`,
  },
  ja: {
    expired: '期限切れ',
    notYet: '有効期間前',
    subject: '主体者（Subject）',
    issuer: '発行者（Issuer）',
    itself: '主体者に同じ（自己署名）',
    serialNumber: 'シリアル番号',
    notBefore: '有効期間の開始',
    notAfter: '有効期間の終了',
    key: '公開鍵',
    signature: '署名アルゴリズム',
    downloads: 'この証明書をダウンロード',
    chain: '証明書チェーン（p7c）',
    crl: '証明書失効リスト（CRL）',
    crlNumber: 'CRL番号',
    thisUpdate: '発行日時（thisUpdate）',
    nextUpdate: '有効期限（nextUpdate）',
    replaced: '次回の更新予定',
    orSooner: '証明書の発行または失効があれば、これより早く更新します',
    entries: '失効した証明書の数',
    size: 'サイズ',
    crlURL: '配布アドレス',
    reasons: '失効事由',
    reasonsFile: '失効事由の一覧',
    ocsp: 'オンラインでの状態確認（OCSP）',
    ocspURL: 'OCSPレスポンダーのアドレス',
    ocspHint:
      'OpenSSLでcertificate.pemの状態を確認するコマンドです。先にca.pemのフィンガープリントを上の値と照合してください。',
    issued: '発行済み証明書',
    issuedLink: (certificates) => `一覧と検索（${certificates}件）`,
  },
};
