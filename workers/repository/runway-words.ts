import type { Texts } from './language.ts';

export interface RunwayWords {
  readonly title: string;
  readonly allWell: string;
  readonly alarms: string;
  readonly noSnapshot: string;
  readonly headExpired: string;
  readonly runsOut: (what: string, left: string) => string;
  readonly hasRunOut: (what: string) => string;
  readonly shards: (issuer: string, shards: string) => string;
  readonly crlsUnknown: string;
  readonly answersOf: (issuer: string) => string;
  readonly snapshot: string;
  readonly epoch: string;
  readonly made: string;
  readonly age: string;
  readonly expires: string;
  readonly looked: string;
  readonly arrival: string;
  readonly noArrival: string;
  readonly notYetThere: string;
  readonly found: string;
  readonly took: string;
  readonly arrivalMeaning: string;
  readonly runway: string;
  readonly runwayLead: string;
  readonly caption: string;
  readonly what: string;
  readonly until: string;
  readonly left: string;
  readonly over: string;
  readonly machine: string;
}

export const RUNWAY_WORDS: Texts<RunwayWords> = {
  en: {
    title: 'Status',
    allWell: 'Everything served here is valid and far from running out.',
    alarms: 'This needs attention:',
    noSnapshot: 'There is no verified snapshot.',
    headExpired:
      'A newer snapshot should long have come. Answers are served as long as they are valid.',
    runsOut: (what, left) => `${what}: valid for ${left} more.`,
    hasRunOut: (what) => `${what}: no longer valid, and therefore not served.`,
    shards: (issuer, shards) => `${issuer}: ${shards} parts of the OCSP answers are out of reach.`,
    crlsUnknown: 'The catalogue is out of reach, so nobody here watches the CRLs.',
    answersOf: (issuer) => `OCSP answers of ${issuer}`,
    snapshot: 'Snapshot',
    epoch: 'Epoch',
    made: 'Made by the signer',
    age: 'Age',
    expires: 'A newer one is due before',
    looked: 'Looked at',
    arrival: 'How the last change came here',
    noArrival:
      'No newer snapshot has come to this server since it started, so nothing was measured.',
    notYetThere: 'Not yet here',
    found: 'Found here',
    took: 'From made to found',
    arrivalMeaning:
      'Measured by this one server, from the time that the signer wrote into the snapshot to the moment this server first read it. A revocation becomes visible with the snapshot that holds it; the time before that, from the decision to the snapshot, is not measured here. A server reads only when somebody asks, so the true time may be shorter. Caches may keep an older answer for up to an hour more.',
    runway: 'How long everything stays valid',
    runwayLead:
      'If the signer stopped now, these would be served until the time stated. Of large sets of OCSP answers a part is looked at each time.',
    caption: 'What runs out first comes first',
    what: 'What is served',
    until: 'Valid until',
    left: 'Left',
    over: 'Over',
    machine: 'The same for machines:',
  },
  ja: {
    title: '稼働状況',
    allWell: '提供しているものはすべて有効で、期限まで十分な余裕があります。',
    alarms: '注意が必要な項目があります。',
    noSnapshot: '検証済みのスナップショットがありません。',
    headExpired:
      '新しいスナップショットの到着が遅れています。レスポンスは有効な間、引き続き提供します。',
    runsOut: (what, left) => `${what}：有効期限まであと${left}です。`,
    hasRunOut: (what) => `${what}：有効期限が過ぎたため、提供していません。`,
    shards: (issuer, shards) => `${issuer}：OCSPレスポンスの一部（${shards}個）を読み出せません。`,
    crlsUnknown: 'カタログを読み出せないため、CRLの期限を確認できません。',
    answersOf: (issuer) => `${issuer} のOCSPレスポンス`,
    snapshot: 'スナップショット',
    epoch: 'エポック',
    made: '署名側の作成日時',
    age: '経過時間',
    expires: '次のスナップショットの期限',
    looked: '確認日時',
    arrival: '最後の変更が届くまでの時間',
    noArrival:
      'このサーバーの起動後に新しいスナップショットが届いていないため、まだ測定していません。',
    notYetThere: '未着を確認した日時',
    found: '到着を確認した日時',
    took: '作成から到着まで',
    arrivalMeaning:
      '署名側がスナップショットに記した日時から、このサーバーが初めて読み取った時点までを、このサーバーだけで測定した値です。失効は、それを含むスナップショットとともに公開されます。失効の決定からスナップショットの作成までの時間は含みません。サーバーは問い合わせを受けたときにだけ読み取るため、実際の時間はこれより短いことがあります。また、途中のキャッシュが最長1時間、以前のレスポンスを保持することがあります。',
    runway: '有効期限までの残り時間',
    runwayLead:
      '署名側が今停止した場合に、それぞれを提供できる期限です。OCSPレスポンスの数が多い場合は、毎回その一部を確認しています。',
    caption: '期限の近い順',
    what: '対象',
    until: '有効期限',
    left: '残り時間',
    over: '期限切れ',
    machine: '機械可読の形式：',
  },
};
