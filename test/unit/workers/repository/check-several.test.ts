import { beforeAll, expect, it } from 'vitest';
import { check } from '../../../../workers/repository/check/check.ts';
import { ITEMS_MAX, readInput } from '../../../../workers/repository/check/read-input.ts';
import { CheckPKI, type Party, worldOf } from '../../../support/check-pki.ts';
import { repositoryOf } from '../../../support/check-repository.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';

let pki: CheckPKI;
let root: Party;
let leaf: Party;

beforeAll(() => {
  pki = new CheckPKI();
  root = pki.root('root');
  leaf = pki.issue(root, 'leaf', 'leaf');
});

const octetsOf = (text: string) => new TextEncoder().encode(text);

/** A certs-only message of openssl with so many certificates, as PEM. */
function message(count: number): string {
  const many = pki.scratch.write('many.pem', pki.pemOf(...new Array<Party>(count).fill(leaf)));
  const out = pki.scratch.file('many.p7b');
  opensslOk(['crl2pkcs7', '-nocrl', '-certfile', many, '-out', out]);
  return new TextDecoder().decode(pki.scratch.read('many.p7b'));
}

describeWithOpenSSL('many certificates at once', () => {
  it.each([
    ['one message that is full', () => message(ITEMS_MAX), ITEMS_MAX],
    ['two that are full together', () => message(ITEMS_MAX / 2).repeat(2), ITEMS_MAX],
    ['two that are too much together', () => message(ITEMS_MAX / 2 + 1).repeat(2), 'too-many'],
    ['sixteen that are full', () => message(ITEMS_MAX).repeat(ITEMS_MAX), 'too-many'],
  ])('RFC 7468 2: %s', (_name, text, expected) => {
    const items = readInput(octetsOf(text()));
    const [first] = items;
    expect(first?.kind === 'refused' ? first.code : items.length).toBe(expected);
  });

  it('RFC 9919 3.1.1: each is asked about once, however often it was given', async () => {
    const other = pki.issue(root, 'other', 'leaf');
    const world = await repositoryOf(pki, root, [leaf, other]);
    const octets = [octetsOf(message(4)), leaf.der, other.der];
    const inputs = octets.map((one) => ({ name: 'x', octets: one, items: readInput(one) }));
    const outcome = await check(inputs, world);
    const answers = outcome.kind === 'answers' ? outcome.answers : [];
    expect(answers.map((one) => one.kind === 'report' && one.report.verdict)).toEqual(
      new Array(6).fill('good'),
    );
    expect(world.asked).toHaveLength(2);
  });
});

describeWithOpenSSL('names of files', () => {
  it.each([
    ['contract\u202efdp.txt', 'contract\ufffdfdp.txt'],
    ['契約書.txt', '契約書.txt'],
    ['x'.repeat(5_000), `${'x'.repeat(500)}…`],
  ])('ADR 16: nothing unseen and nothing without end is shown of %j', async (name, shown) => {
    const octets = octetsOf('text');
    const read = { name, octets, items: readInput(octets) };
    const unread = { name, unread: 'file-too-large' } as const;
    const outcome = await check(
      [read, unread],
      worldOf(() => undefined),
    );
    const answers = outcome.kind === 'answers' ? outcome.answers : [];
    expect(answers.map((answer) => answer.name)).toEqual([shown, shown]);
  });
});
