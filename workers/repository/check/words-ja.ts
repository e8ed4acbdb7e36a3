import type { Words } from './words.ts';

export const JAPANESE: Words = {
  verdicts: {
    good: {
      title: '有効',
      text: 'このリポジトリーの認証局が発行した証明書で、失効していないと認証局が回答しています。現在、有効期間内です。',
    },
    root: {
      title: 'このリポジトリーのルート証明書',
      text: 'ルート証明書を保証する上位の認証局はありません。SHA-256フィンガープリントを、このページ以外の方法で入手した値と照合してください。',
    },
    revoked: {
      title: '失効',
      text: '認証局がこの証明書を失効させています。信頼しないでください。',
    },
    'issuer-revoked': {
      title: '上位の認証局が失効',
      text: '証明書自体が失効していなくても、上位の認証局が失効しています。信頼しないでください。',
    },
    expired: {
      title: '有効期間終了',
      text: 'この証明書の有効期間は{notAfter}に終了しました。確認できる限り失効はしておらず、それ以前に作られたものは有効な場合があります。',
    },
    'issuer-outside-validity': {
      title: '認証局が有効期間外',
      text: '上位の認証局の証明書が現在有効期間外です。信頼せず、認証局に確認してください。',
    },
    'not-yet-valid': {
      title: '有効期間前',
      text: 'この証明書の有効期間は{notBefore}に始まります。すでに過ぎている場合は、このコンピューターの時計を確認してください。',
    },
    unknown: {
      title: '不明',
      text: 'このリポジトリーの認証局の署名がありますが、認証局はこのシリアル番号について回答しません。信頼しないでください。発行直後の場合は、数分後にもう一度お試しください。',
    },
    foreign: {
      title: 'このリポジトリーの証明書ではありません',
      text: 'このリポジトリーの認証局が発行した証明書ではないため、ここでは判断できません。発行者として記載されている認証局に確認してください：{issuer}',
    },
    forged: {
      title: '真正ではありません',
      text: 'このリポジトリーの認証局を発行者と記載していますが、その認証局の署名ではありません。偽造または破損しています。信頼しないでください。',
    },
    undetermined: {
      title: '現在は判断できません',
      text: '信頼できる回答が得られなかったか、このページが対応していないものが使われています。詳しくは下の検査結果をご覧ください。それまでは有効とみなさないでください。',
    },
    'token-good': {
      title: '付与時点で有効',
      text: 'タイムスタンプは真正で、TSAの証明書は{genTime}の時点で有効でした。',
    },
    'token-late': {
      title: '失効後に付与',
      text: '証明書がすでに失効していた時点で付与されたタイムスタンプです。RFC 3161により無効です。',
    },
    'token-compromised': {
      title: '鍵の危殆化により信頼できません',
      text: '鍵が危殆化したか、危殆化していないことが失効情報に示されていません。RFC 3161により、この鍵で作られたタイムスタンプは、記載された時刻にかかわらず信頼できません。',
    },
    'token-outside-validity': {
      title: '証明書の有効期間外',
      text: '{genTime}の時点で、TSAまたは上位の認証局の証明書が有効期間外でした。このタイムスタンプは無効です。',
    },
    'token-unknown': {
      title: 'TSA不明',
      text: 'TSAの証明書にはこのリポジトリーの認証局の署名がありますが、認証局はこの証明書について回答しません。このタイムスタンプを信頼しないでください。',
    },
    'token-foreign': {
      title: 'このリポジトリーのTSAではありません',
      text: 'タイムスタンプの署名は正しいものの、TSAの証明書を発行したのはこのリポジトリーの認証局ではありません。発行した認証局に確認してください：{issuer}',
    },
    'token-broken': {
      title: '真正ではありません',
      text: 'タイムスタンプが成立していません。改変されているか、記載どおりにTSAが署名したものではありません。信頼しないでください。',
    },
    'token-other-data': {
      title: '別のデータのタイムスタンプ',
      text: 'タイムスタンプは真正で、TSAは{genTime}の時点で有効でしたが、一緒に指定されたものとは別のデータに対するものです。',
    },
    'token-undetermined': {
      title: '現在は判断できません',
      text: '必要なものが足りないか、信頼できる回答が得られませんでした。詳しくは下の検査結果をご覧ください。それまでは有効とみなさないでください。',
    },
  },
  checks: {
    'issuer-signature': { name: '発行者', passed: '{subject}には{issuer}の署名があります。' },
    'critical-extensions': {
      name: '拡張',
      passed: 'クリティカルな拡張はすべて解釈できます。',
    },
    chain: {
      name: 'ルート',
      passed:
        '証明書のパスは{root}に至ります（SHA-256 {sha256}）。正しいルートかどうかはご自身で確認してください。',
    },
    validity: { name: '有効期間', passed: '現在有効です（{notBefore}から{notAfter}まで）。' },
    'ocsp-asked': {
      name: 'OCSP',
      passed: '{subject}について、{producedAt}に作成された応答がありました。',
    },
    'ocsp-for-this': {
      name: '質問との一致',
      passed: 'この証明書についての応答です（CertIDは{hash}）。',
    },
    'ocsp-responder': {
      name: 'レスポンダー',
      passed: '{responder}は認証局に代わって回答できます。',
    },
    'ocsp-signature': { name: '応答の署名', passed: '正しい署名です。' },
    'ocsp-times': {
      name: '応答の時刻',
      passed: '{thisUpdate}から{nextUpdate}まで有効です。このコンピューターの時計は{now}です。',
    },
    'ocsp-status': { name: '状態', passed: '{subject}は失効していません。' },
    'token-form': {
      name: 'タイムスタンプ',
      passed: '{genTime}のRFC 3161トークンです（ポリシー {policy}）。',
    },
    'token-signer': { name: '署名者', passed: '{subject}として署名されています。' },
    'token-binding': {
      name: '署名者の証明書',
      passed: 'トークンがこの証明書をハッシュ値で特定しています。',
    },
    'token-digest': { name: '内容', passed: '内容の{hash}が署名されたものと一致します。' },
    'token-signature': { name: 'タイムスタンプの署名', passed: '正しい署名です。' },
    'tsa-purpose': { name: '用途', passed: 'タイムスタンプ専用の証明書です。' },
    'tsa-validity': {
      name: 'TSAの有効期間',
      passed: '付与時点で証明書は有効期間内でした（{notBefore}から{notAfter}まで）。',
    },
    imprint: {
      name: '対象データ',
      passed: '{file}に対するタイムスタンプです（{hash}）。',
    },
  },
  reasons: {
    foreign: '{issuer}はこのリポジトリーの認証局ではありません。',
    forged: '{issuer}と記載されていますが、その認証局の署名ではありません。',
    unsupported: 'このページが受け付けないアルゴリズムまたは鍵です（強度不足、または未対応）。',
    invalid: '正しくありません。',
    expired: '{notAfter}に終了しました。',
    'not-yet-valid': '{notBefore}に始まります。',
    'issuer-outside-validity': '{subject}の有効期間は{notBefore}から{notAfter}までです。',
    'ended-since':
      'TSAの証明書の有効期間は{notAfter}に終了しており、認証局が回答しないことがあります。失効した証明書はCRLに残ります。opensslの-crl_check_allで確認してください。',
    unknown: 'レスポンダーは{subject}を把握していません。',
    revoked: '{subject}は{at}に失効しました。',
    unauthorized: '{subject}についての応答がこのサーバーにありません。',
    malformedRequest: 'サーバーが質問を解釈できませんでした。opensslでお試しください。',
    internalError: 'サーバー側でエラーが発生しました。しばらくしてからお試しください。',
    tryLater: '現在サーバーが回答できません。数分後にお試しください。',
    sigRequired: 'サーバーが署名付きの要求を求めていますが、このページは対応していません。',
    'no-answer': 'サーバーから応答がありません。接続を確認してもう一度お試しください。',
    unreadable: '返されたデータは、このページが読めるOCSP応答ではありません。',
    'serial-number': '認証局が使うことのできないシリアル番号です。',
    'responder-missing': '署名した者の証明書が応答に含まれていません。',
    'responder-foreign': '署名した者は、この認証局の証明書を持っていません。',
    'responder-purpose': '署名した者は、この認証局に代わって回答できません。',
    'responder-expired': '署名した者の証明書が現在有効ではありません。',
    'times-missing': 'いつまで有効かが記載されていません。',
    'times-ahead':
      '{thisUpdate}から有効な応答ですが、このコンピューターの時計は{now}です。時計を確認してください。',
    'times-over':
      '{nextUpdate}まで有効な応答ですが、このコンピューターの時計は{now}です。時計が正しければ、しばらくしてからお試しください。',
    'older-than-token':
      '{thisUpdate}時点の回答で、タイムスタンプより前のものです。確実を期すには{nextUpdate}以降にもう一度確認してください。',
    'no-data':
      '比較していません。対象のファイルをタイムスタンプと一緒に指定してください。その{hash}は{digest}のはずです。',
    'weak-hash': 'データの{hash}しか含まれておらず、ここでは証明として不十分です。',
    'same-weak-hash':
      '{file}の{hash}は一致しますが、同じ値を持つ別のデータを作ることができるため、証明として不十分です。',
    'unknown-hash': 'このページが対応していないハッシュ（{hash}）のため、照合できませんでした。',
    'not-stamped': '{file}は対象データではありません。その{hash}は{digest}のはずです。',
    'not-read': '{file}を読めなかったため、照合していません。',
  },
  outcomes: { passed: '合格', failed: '不合格', open: '未確定' },
  facts: {
    subject: '主体者',
    issuer: '発行者',
    serialNumber: 'シリアル番号',
    genTime: '付与時刻',
    tokenSerialNumber: 'タイムスタンプの番号',
    policy: 'ポリシー',
    stamped: '対象ファイル',
    notBefore: '有効期間の開始',
    notAfter: '有効期間の終了',
    thisUpdate: '状態の時点',
    nextUpdate: '次回更新の期限',
    sha256: 'SHA-256',
  },
  refusals: {
    empty: '空です。証明書またはタイムスタンプを選んでください。',
    'private-key':
      '私有鍵（秘密鍵）です。どこにも送信していません。ウェブページには決して入れず、証明書を選んでください。',
    request: '証明書の発行要求です。発行された証明書を選んでください。',
    crl: 'CRLです。証明書またはタイムスタンプを選んでください。',
    'no-certificate':
      '証明書（DER、PEM、.p7c）でもタイムスタンプ（.tsr、.tst）でもありません。対象のファイルは、タイムスタンプと一緒に指定すると照合します。',
    damaged: '途中で切れているか、破損しています。BEGINからENDまでコピーし直してください。',
    'time-stamp-refused':
      'TSAがタイムスタンプの付与を拒否した応答です。タイムスタンプは含まれていません。',
    'too-many': '一度に確認できる証明書は16枚までです。減らしてください。',
    'not-stamped':
      '対象データではありません。ハッシュ値がタイムスタンプのものと異なります。このファイルを、タイムスタンプが付与されたファイルとみなさないでください。',
    'file-unreadable': 'ブラウザーがこのファイルを読めませんでした。選び直してください。',
    'file-too-large':
      '256 MBを超えており、このページでは扱えません。次を使ってください：openssl ts -verify -in token.tsr -data FILE -CAfile root.pem -untrusted ca.pem',
  },
  errors: {
    'catalogue-unavailable':
      'このリポジトリーの認証局の一覧を取得できませんでした。接続を確認してもう一度お試しください。',
    'catalogue-unreadable':
      'サーバーが返した認証局の一覧を読めませんでした。ページを再読み込みしてください。',
    'authority-unavailable':
      '認証局{name}の証明書を取得できないか、一覧の記載と異なります。しばらくしてからお試しください。',
    bug: 'このページで予期しない問題が起きたため、判断できません。opensslで確認してください。',
    insecure:
      'ブラウザーはhttpsで開いたページでのみ署名を検証できます。httpsで開き直すか、opensslで確認してください。',
  },
  overHttps: 'このページをhttpsで開く',
  revoked: {
    text: '失効：{subject}、{at}、理由：{reason}',
    noReason: '記載なし',
  },
  certificate: '証明書',
  token: 'タイムスタンプ',
  pasted: '貼り付けたテキスト',
  checking: '確認しています…',
  done: '確認しました',
  nothing: 'ファイルを選ぶかドロップするか、証明書を貼り付けてから確認してください。',
  checksMade: '検査の内容',
};
