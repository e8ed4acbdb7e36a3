import { beforeAll, expect, it } from 'vitest';
import { type Answer, check } from '../../../../workers/repository/check/check.ts';
import type { Input } from '../../../../workers/repository/check/given.ts';
import { compareImprint } from '../../../../workers/repository/check/imprint.ts';
import { readInput, readPasted } from '../../../../workers/repository/check/read-input.ts';
import type { World } from '../../../../workers/repository/check/world.ts';
import { CheckPKI, type Party } from '../../../support/check-pki.ts';
import { repositoryOf } from '../../../support/check-repository.ts';
import { expectFactsForWords } from '../../../support/check-words.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';

const octetsOf = (text: string) => new TextEncoder().encode(text);
const REAL = octetsOf('contract: pay 10');
const FORGED = octetsOf('contract: pay 1000000');

let pki: CheckPKI;
let root: Party;
let tsa: Party;
let world: World;
let token: Uint8Array;
let weak: Uint8Array;

beforeAll(async () => {
  pki = new CheckPKI();
  root = pki.root('root');
  tsa = pki.issue(root, 'tsa', 'tsa');
  token = pki.stamp(tsa, REAL);
  weak = pki.stamp(tsa, REAL, { imprintHash: 'sha1' });
  world = await repositoryOf(pki, root, [tsa]);
});

function file(name: string, octets: Uint8Array): Input {
  return { name, octets, items: readInput(octets) };
}

async function answersTo(...inputs: readonly Input[]): Promise<readonly Answer[]> {
  const outcome = await check(inputs, world);
  if (outcome.kind !== 'answers') throw new Error(outcome.error.code);
  for (const answer of outcome.answers) {
    if (answer.kind === 'report') expectFactsForWords(answer.report);
  }
  return outcome.answers;
}

/** Each answer in short. */
async function said(...inputs: readonly Input[]): Promise<readonly string[]> {
  const answers = await answersTo(...inputs);
  return answers.map(
    (one) => `${one.name}: ${one.kind === 'report' ? one.report.verdict : one.code}`,
  );
}

/** What is said of the imprint of the first token. */
async function imprintOf(...inputs: readonly Input[]): Promise<readonly string[]> {
  const answers = await answersTo(...inputs);
  const [report] = answers.flatMap((one) => (one.kind === 'report' ? [one.report] : []));
  return (report?.findings ?? [])
    .filter((finding) => finding.check === 'imprint')
    .map(({ outcome, reason, facts }) => `${outcome} ${reason ?? ''} ${facts['file'] ?? ''}`);
}

describeWithOpenSSL('what is given with a token', () => {
  it.each<[string, () => Uint8Array]>([
    ['a text', () => FORGED],
    ['a text with a line of PEM', () => octetsOf('pay 1000000\n-----BEGIN NOTE-----\n')],
    ['a certificate', () => root.der],
    ['the certificate of the TSA, which the token has', () => tsa.der],
    ['another token', () => weak],
    ['a private key', () => octetsOf('-----BEGIN PRIVATE KEY-----')],
    ['nothing at all', () => new Uint8Array()],
  ])('RFC 3161 2.4.2 messageImprint: %s that was not stamped', async (_name, other) => {
    const inputs = [file('token.tsr', token), file('other', other())];
    expect((await said(...inputs))[0]).toBe('token.tsr: token-other-data');
    expect(await imprintOf(...inputs)).toEqual(['failed not-stamped other']);
  });

  it.each<[string, () => Uint8Array, readonly string[]]>([
    ['a text', () => REAL, []],
    ['a text with a line of PEM', () => octetsOf('pay 10\n-----BEGIN NOTE-----\n'), []],
    ['a certificate', () => root.der, ['data: root']],
    ['an empty file', () => new Uint8Array(), []],
  ])('RFC 3161 2.4.2 messageImprint: %s that was stamped', async (_name, stamped, more) => {
    const inputs = [file('token.tsr', pki.stamp(tsa, stamped())), file('data', stamped())];
    expect(await said(...inputs)).toEqual(['token.tsr: token-good', ...more]);
    expect(await imprintOf(...inputs)).toEqual(['passed  data']);
  });

  it('RFC 3161 2.4.2 messageImprint: beside what was stamped, the others are named', async () => {
    const files = [file('forged.txt', FORGED), file('token.tsr', token), file('real.txt', REAL)];
    expect(await said(...files)).toEqual(['forged.txt: not-stamped', 'token.tsr: token-good']);
    expect(await imprintOf(...files)).toEqual([
      'failed not-stamped forged.txt',
      'passed  real.txt',
    ]);
    const [, answer] = await answersTo(...files);
    expect(answer).toMatchObject({ report: { facts: { stamped: 'real.txt' } } });
  });

  it('RFC 3161 2.4.2 messageImprint: two tokens, each with its own data', async () => {
    const other = file('forged.tsr', pki.stamp(tsa, FORGED));
    const both = [file('real.txt', REAL), file('forged.txt', FORGED)];
    expect(await said(file('token.tsr', token), other, ...both)).toEqual([
      'token.tsr: token-good',
      'forged.tsr: token-good',
    ]);
  });
});

describeWithOpenSSL('what cannot be compared with a token', () => {
  it('RFC 3161 2.4.2 messageImprint: SHA-1 that differs is proof, and one that does not is none', async () => {
    const other = [file('token.tsr', weak), file('forged.txt', FORGED)];
    expect(await said(...other)).toEqual([
      'token.tsr: token-other-data',
      'forged.txt: not-stamped',
    ]);
    const same = [file('token.tsr', weak), file('real.txt', REAL)];
    expect(await said(...same)).toEqual(['token.tsr: token-undetermined']);
    expect(await imprintOf(...same)).toEqual(['open same-weak-hash real.txt']);
    expect(await said(file('token.tsr', weak))).toEqual(['token.tsr: token-good']);
  });

  it('RFC 3161 2.4.2 messageImprint: nothing is the same under an unknown hash', async () => {
    const [item] = readInput(token);
    if (item?.kind !== 'token') throw new Error('no token');
    const stranger = { ...item.token, imprint: { ...item.token.imprint, hash: '1.2.3' } };
    const items = [{ kind: 'token', token: stranger } as const];
    const inputs = [{ name: 'token.tsr', octets: token, items }, file('real.txt', REAL)];
    expect(await said(...inputs)).toEqual(['token.tsr: token-undetermined']);
    expect(await imprintOf(...inputs)).toEqual(['open unknown-hash ']);
    const candidate = { name: 'real.txt', octets: REAL, onlyCertificates: [] };
    const compared = await compareImprint(stranger.imprint, [candidate]);
    expect([...compared.values()]).toEqual(['not-compared']);
  });

  it.each(['file-too-large', 'file-unreadable'] as const)(
    'RFC 3161 2.4.2 messageImprint: %s is not passed over',
    async (unread) => {
      const inputs = [file('token.tsr', token), { name: 'film', unread }];
      expect(await said(...inputs)).toEqual(['token.tsr: token-undetermined', `film: ${unread}`]);
      expect(await imprintOf(...inputs)).toEqual(['open not-read film']);
    },
  );
});

describeWithOpenSSL('the certificate of the TSA, given because the token lacks it', () => {
  const bare = () => file('token.tsr', pki.stamp(tsa, REAL, { withCertificates: false }));
  const pasted = (text: string): Input => ({
    name: 'pasted',
    octets: octetsOf(text),
    items: readPasted(text),
  });

  it('RFC 3161 2.4.1 certReq: it is not taken for the data', async () => {
    const pem = pki.pemOf(tsa, root);
    for (const helper of [file('tsa', tsa.der), file('tsa', octetsOf(pem)), pasted(pem)]) {
      expect((await said(bare(), helper))[0]).toBe('token.tsr: token-good');
      expect(await imprintOf(bare(), helper)).toEqual(['open no-data ']);
    }
  });

  it('RFC 3161 2.4.1 certReq: text around it may be what is passed off as stamped', async () => {
    const helper = file('contract.txt', octetsOf(`pay 1000000\n${pki.pemOf(tsa)}`));
    expect((await said(bare(), helper))[0]).toBe('token.tsr: token-other-data');
  });

  it('RFC 3161 2.4.1 certReq: it may be what was stamped', async () => {
    const response = pki.stamp(tsa, tsa.der, { withCertificates: false });
    const inputs = [file('token.tsr', response), file('tsa.cer', tsa.der)];
    expect(await imprintOf(...inputs)).toEqual(['passed  tsa.cer']);
  });
});
