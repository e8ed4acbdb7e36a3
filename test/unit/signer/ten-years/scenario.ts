import type { CRLReasonName } from '../../../../shared/policy/crl-reasons.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { isoText, unixSeconds } from '../../../../shared/time.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import type { IssueCertificateInput } from '../../../../signer/operations/operations.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { opensslOk, verifyOCSPResponse } from '../../../support/openssl.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { fastPolicy, refusalOf } from '../issuance/signer-under-test.ts';
import {
  type PublisherUnderTest,
  publishedFile,
  publishedIssuer,
  publishedResponse,
} from '../publisher/publisher-under-test.ts';
import type { CRLWatch, Expected } from './agreement.ts';

const DAY = 86_400;
export const SUB_CA = 'time-stamping-ca';
const AUTHORITIES = ['root-ca3', SUB_CA] as const;
export const TSAS = ['TSA 01', 'TSA 02', 'TSA 03'] as const;

/** A TSA gets a new key each year; its old certificates end in the third. */
export const TEN_YEARS_POLICY = fastPolicy(({ authorities, profiles }) => {
  const source = 'test: certificates that end within the ten years';
  Object.assign(profiles['tsa'] ?? {}, { validity: { value: { months: 36 }, source } });
  const subscribers = authorities[SUB_CA]?.['subscribers'];
  Object.assign(authorities[SUB_CA] ?? {}, {
    subscribers: { ...Object(subscribers), uniqueSubjects: { value: true, source } },
  });
});

/** In which year which TSA's certificate of the year before is revoked, and why. */
const REVOCATIONS: ReadonlyMap<number, readonly [tsa: number, reason: CRLReasonName]> = new Map([
  [2, [0, 'superseded']],
  [3, [1, 'keyCompromise']],
  [5, [2, 'affiliationChanged']],
  [7, [0, 'cessationOfOperation']],
]);
const RESPONDER_STOLEN_IN = 6;
const SUB_CA_ENDS_IN = 9;

/** What is done to a CA in ten years, written down apart from what the signer keeps. */
export class TenYears {
  readonly crls: ReadonlyMap<string, CRLWatch>;
  readonly #test: PublisherUnderTest;
  readonly #certificates = new Map<string, Expected & { readonly tsa: number }>();
  /** How issuing was refused: without the confirmation of a re-key, with a certified key, by a revoked CA. */
  readonly refused = {
    sameSubject: new Set<string>(),
    sameKey: new Set<string>(),
    revokedCA: new Set<string>(),
  };

  constructor(test: PublisherUnderTest) {
    this.#test = test;
    this.crls = new Map(
      AUTHORITIES.map((name) => {
        const path = new URL(test.authority(name).policy.crl.url.value).pathname;
        return [name, { path, changedAt: 0, hash: '', entries: new Map(), number: 0 }];
      }),
    );
  }

  get expected(): readonly Expected[] {
    return [...this.#certificates.values()];
  }

  async actsOfYear(year: number): Promise<void> {
    const [tsa = 0, reason] = REVOCATIONS.get(year) ?? [];
    const replaced = this.#newestOf(tsa);
    if (year < SUB_CA_ENDS_IN) {
      for (const each of TSAS.keys()) await this.#issue(each, year);
    }
    if (reason) this.#revoke(replaced, reason, reason === 'keyCompromise' ? 30 * DAY : 0);
    if (year === RESPONDER_STOLEN_IN)
      this.#revoke(this.#newest('ocsp-responder'), 'keyCompromise', 0);
    if (year !== SUB_CA_ENDS_IN) return;
    this.#revoke(this.#newest(SUB_CA), 'cessationOfOperation', 0);
    const input = this.#input(0, year);
    this.refused.revokedCA.add(
      refusalOf(await issueCertificate(this.#test.context, input, 'test')),
    );
  }

  /** Certificates of CAs and responders, which nobody asks for: good until they are revoked. */
  takeNoteOfOwn(): void {
    const rows = this.#test.context.db.all(
      `SELECT lower(hex(c.serial)) AS serial, a.name FROM certificate c
       JOIN authority a ON a.id = c.authority_id WHERE c.state = 'issued' AND c.profile <> 'tsa'`,
    );
    for (const { serial, name } of rows) {
      if (!this.#certificates.has(String(serial))) this.#isIssued(String(serial), String(name), -1);
    }
  }

  /** What a relying party's openssl says of the CRLs, and of the newest certificate of each TSA. */
  verifiedByOpenSSL(): readonly string[] {
    const said: string[] = [];
    for (const [authority, { path }] of this.crls) {
      const ca = this.#test.scratch.write(`${authority}.pem`, this.#pem(authority));
      const { bytes } = publishedFile(this.#test, path) ?? { bytes: new Uint8Array(0) };
      const crl = this.#test.scratch.write('published.crl', bytes);
      const args = ['crl', '-in', crl, '-inform', 'DER', '-noout', '-CAfile', ca];
      said.push(opensslOk(args).text);
    }
    for (const tsa of TSAS.keys()) {
      for (const hash of ['sha1', 'sha256'] as const) said.push(this.#ocspText(tsa, hash));
    }
    return said;
  }

  #ocspText(tsa: number, hash: 'sha1' | 'sha256'): string {
    const serial = this.#newestOf(tsa);
    const entry = publishedIssuer(this.#test, SUB_CA);
    const response = publishedResponse(this.#test, entry, serial, hash) ?? new Uint8Array(0);
    const { scratch } = this.#test;
    const issuer = scratch.write('issuer.pem', this.#pem(SUB_CA) + this.#pem('root-ca3'));
    const check = { issuer, serial: `0x${serial}`, hash, at: this.#test.context.clock() };
    return verifyOCSPResponse(scratch, response, check);
  }

  #input(tsa: number, year: number): IssueCertificateInput {
    const name = TSAS[tsa] ?? '';
    const file = `${name}-${year}`.replace(' ', '');
    const request = requestByOpenSSL(this.#test.scratch, file, [
      ...[...NEW_KEY['P-256'], '-nodes', '-keyout', this.#test.scratch.file(`${file}.key`)],
      ...['-subj', `/C=JP/O=Example/CN=${name}`],
    ]);
    return { authority: SUB_CA, profile: 'tsa', request };
  }

  async #issue(tsa: number, year: number): Promise<void> {
    const { context } = this.#test;
    const wanted = this.#input(tsa, year);
    const rekey = { ...wanted, confirmations: ['re-key'] } as const;
    if (year > 0) {
      this.refused.sameSubject.add(refusalOf(await issueCertificate(context, wanted, 'test')));
    }
    const done = must(await issueCertificate(context, rekey, 'test'), `${TSAS[tsa]} ${year}`);
    this.refused.sameKey.add(refusalOf(await issueCertificate(context, rekey, 'test')));
    const row = certificateById(context.db, done.certificateId);
    if (!row) throw new Error('no row of what was issued');
    this.#isIssued(serialNumberText(row.serialNumber), SUB_CA, tsa);
  }

  #isIssued(serial: string, authority: string, tsa: number): void {
    this.#certificates.set(serial, { serial, authority, tsa, revocation: null });
    this.#changed(authority);
  }

  #revoke(serialNumber: string, reason: CRLReasonName, earlier: number): void {
    const known = this.#certificates.get(serialNumber);
    if (!known) throw new Error(`${serialNumber} was not issued`);
    const { context } = this.#test;
    const revocationDate = unixSeconds(context.clock() - earlier);
    const input = { serialNumber, authority: known.authority, reason };
    const dated = earlier > 0 ? { ...input, revocationDate } : input;
    must(revokeCertificate(context, dated, 'test'), 'revocation');
    const revocation = { revocationDate: isoText(revocationDate), reason };
    this.#certificates.set(serialNumber, { ...known, revocation });
    this.#changed(known.authority);
  }

  #changed(authority: string): void {
    const watch = this.crls.get(authority);
    if (watch) watch.changedAt = this.#test.context.clock();
  }

  #newestOf(tsa: number): string {
    return [...this.#certificates.values()].filter((one) => one.tsa === tsa).at(-1)?.serial ?? '';
  }

  #newest(profile: string): string {
    const row = this.#test.context.db.get(
      `SELECT lower(hex(serial)) AS serial FROM certificate
       WHERE profile = ? AND state = 'issued' ORDER BY id DESC LIMIT 1`,
      profile,
    );
    return String(row?.['serial']);
  }

  #pem(authority: string): string {
    const der = Buffer.from(this.#test.authority(authority).certificate).toString('base64');
    return `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  }
}
