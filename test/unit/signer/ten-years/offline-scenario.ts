import type { CRLReasonName } from '../../../../shared/policy/crl-reasons.ts';
import { must } from '../../../../shared/result.ts';
import { isoText, unixSeconds } from '../../../../shared/time.ts';
import type { CreateApplicationInput } from '../../../../signer/applications/applicant-input.ts';
import { ceremonyDuties } from '../../../../signer/ceremony/duties.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { activeAuthority } from '../../../../signer/issuance/issuer.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { runRound } from '../../../../signer/schedule.ts';
import { suppliedECC } from '../../../support/shipped-policies.ts';
import { type CeremonyUnderTest, codeOf } from '../ceremony/ceremony-under-test.ts';
import {
  APPLICANT,
  approved,
  ECC_ROOT,
  newInput,
  newRequest,
  serialOfApplication,
  startECC,
  TSA,
} from '../ceremony/subscribers-under-test.ts';
import { type PublisherUnderTest, publisherOver } from '../publisher/publisher-under-test.ts';
import type { CRLWatch, Expected } from './agreement.ts';

const DAY = 86_400;
const TSAS = 2;

/** As shipped, but for certificates that end within the ten years, and responders that outlast two CRLs. */
function policy(): string {
  const json = JSON.parse(suppliedECC());
  const source = 'test';
  json.profiles[TSA].validity = { value: { months: 36 }, source };
  Object.assign(json.profiles['ecc-root-ca1-responder'], {
    key: { value: { kind: 'ec', namedCurves: ['P-256'] }, source: 'test: fast keys' },
    validity: { value: { days: 900 }, source },
  });
  return JSON.stringify(json);
}

/** In which year which TSA's certificate of the year before is revoked, and why. */
const REVOCATIONS: ReadonlyMap<number, readonly [tsa: number, reason: CRLReasonName]> = new Map([
  [2, [0, 'superseded']],
  [4, [1, 'keyCompromise']],
  [8, [0, 'cessationOfOperation']],
]);
const RESPONDER_STOLEN_IN = 5;
/** The answer of a ceremony gets lost, and another is held in its place. */
const ANSWER_LOST_IN = 3;

/** What is done to a CA in ten years whose key is on another host, written down apart from its records. */
export class OfflineTenYears {
  readonly published: PublisherUnderTest;
  readonly crls: ReadonlyMap<string, CRLWatch>;
  /** Why a ceremony was held that nobody's application or revocation asked for, each time. */
  readonly renewals: string[] = [];
  /** What came of the answer that got lost. */
  lostAnswer = '';
  readonly #test: CeremonyUnderTest;
  readonly #watch: CRLWatch;
  readonly #certificates = new Map<string, Expected>();
  /** Serial numbers by TSA, oldest first. */
  readonly #tsas: readonly string[][] = Array.from({ length: TSAS }, () => []);

  private constructor(test: CeremonyUnderTest, published: PublisherUnderTest) {
    this.#test = test;
    this.published = published;
    const path = new URL(published.authority(ECC_ROOT).policy.crl.url.value).pathname;
    this.#watch = { path, changedAt: 0, hash: '', entries: new Map(), number: 0 };
    this.crls = new Map([[ECC_ROOT, this.#watch]]);
    this.#takeNoteOfOwn();
  }

  static async start(): Promise<OfflineTenYears> {
    const test = await startECC(policy());
    const { context, scratch, settle, close } = test;
    const authority = () => {
      const row = findAuthority(context.db, ECC_ROOT);
      const active = row && activeAuthority(context, row);
      if (!active) throw new Error('no root');
      return active;
    };
    const setClock = (now: number) => {
      test.setClock(now);
      return context.clock();
    };
    const signer = { context, scratch, settle, close, authority, setClock };
    return new OfflineTenYears(test, { ...signer, ...(await publisherOver(context)) });
  }

  get expected(): readonly Expected[] {
    return [...this.#certificates.values()];
  }

  /** Each TSA gets a new key (CP 4.7), and all that is to be signed goes into one ceremony. */
  async actsOfYear(year: number): Promise<void> {
    const [tsa = 0, reason] = REVOCATIONS.get(year) ?? [];
    const replaced = this.#tsas[tsa]?.at(-1) ?? '';
    const applications: number[] = [];
    for (const serials of this.#tsas) {
      applications.push(await approved(this.#test, this.#application(serials.at(-1))));
    }
    if (year === ANSWER_LOST_IN) this.lostAnswer = await this.#supersedeSigned(applications);
    if (reason) this.#revoke(replaced, reason, reason === 'keyCompromise' ? 30 * DAY : 0);
    if (year === RESPONDER_STOLEN_IN) this.#revoke(this.#responder(), 'keyCompromise', 0);
    await this.#test.hold({ applications });
    for (const [index, serials] of this.#tsas.entries()) {
      serials.push(serialOfApplication(this.#test, applications[index] ?? 0));
      this.#isIssued(serials.at(-1) ?? '');
    }
    this.#takeNoteOfOwn();
  }

  /** A round of the schedule, the ceremony that is due then, and what follows from it; answers failures. */
  async round(): Promise<readonly unknown[]> {
    const { context, publisher } = this.published;
    const failures = [await runRound(context, publisher)];
    for (const { why } of ceremonyDuties(context, context.clock()).slice(0, 1)) {
      await this.#test.hold();
      this.renewals.push(why);
      this.#takeNoteOfOwn();
      failures.push(await runRound(context, publisher));
    }
    const left = ceremonyDuties(context, context.clock());
    return [...failures.filter((failure) => failure !== null), ...left];
  }

  /** Signed on the host, but another bundle took its place before it came back. */
  async #supersedeSigned(applications: readonly number[]): Promise<string> {
    const request = await this.#test.request({ applications });
    const { text } = must(await this.#test.sign(this.#test.bundle(request)), 'sign');
    await this.#test.request({ applications });
    return codeOf(await this.#test.import(text));
  }

  #application(replaced: string | undefined): CreateApplicationInput {
    if (replaced === undefined) return newInput(this.#test);
    return {
      ...{ kind: 'rekey', serialNumber: replaced, confirmSameSubject: true, ...APPLICANT },
      request: newRequest(this.#test),
    };
  }

  #isIssued(serial: string): void {
    this.#certificates.set(serial, { serial, authority: ECC_ROOT, revocation: null });
    this.#watch.changedAt = this.#test.now();
  }

  /** The root's own certificate and those of responders. */
  #takeNoteOfOwn(): void {
    const rows = this.#test.context.db.all(
      `SELECT lower(hex(serial)) AS serial FROM certificate WHERE state = 'issued' AND profile <> ?`,
      TSA,
    );
    for (const { serial } of rows) {
      if (!this.#certificates.has(String(serial))) this.#isIssued(String(serial));
    }
  }

  #responder(): string {
    const row = this.#test.context.db.get(
      `SELECT lower(hex(serial)) AS serial FROM certificate
       WHERE profile = 'ecc-root-ca1-responder' AND state = 'issued' ORDER BY id DESC LIMIT 1`,
    );
    return String(row?.['serial']);
  }

  #revoke(serialNumber: string, reason: CRLReasonName, earlier: number): void {
    const { context } = this.#test;
    const revocationDate = unixSeconds(context.clock() - earlier);
    const input = { serialNumber, reason };
    const dated = earlier > 0 ? { ...input, revocationDate } : input;
    must(revokeCertificate(context, dated, 'alice'), 'revocation');
    const revocation = { revocationDate: isoText(revocationDate), reason };
    this.#certificates.set(serialNumber, {
      ...{ serial: serialNumber, authority: ECC_ROOT, revocation },
    });
    this.#watch.changedAt = context.clock();
  }
}
