import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { decodeAnswer, decodeCeremonyKey } from '../../../../signer/ceremony/answer.ts';
import {
  BUNDLE_MOST_CHARACTERS,
  type CeremonyRequest,
  decodeBundle,
  encodeBundle,
} from '../../../../signer/ceremony/bundle.ts';
import { canonicalText } from '../../../../signer/ceremony/canonical-document.ts';
import { certificateRequirements } from '../../../../signer/lint/certificate/requirements.ts';
import { crlRequirements } from '../../../../signer/lint/crl/requirements.ts';
import { type CeremonyUnderTest, codeOf, startWithRoot } from './ceremony-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;
let bundle = '';
let answer = '';

beforeAll(async () => {
  test = await startWithRoot();
  request = await test.request({ responder: true });
  bundle = test.bundle(request);
  answer = must(await test.sign(bundle), 'sign').text;
}, 60_000);
afterAll(() => test.close());

/** The bundle as a value, to be bent. */
function bent(change: (value: ReturnType<typeof JSON.parse>) => void): string {
  const value = JSON.parse(bundle);
  change(value);
  return canonicalText(value);
}

describe('what lint said where the bundle was made', () => {
  it('CP 4.3.1: each rule stands with its clause and result', () => {
    for (const { kind, lint } of request.items) {
      const rules = kind === 'crl' ? crlRequirements : certificateRequirements;
      expect(new Set(lint.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ rule }) => rule)));
      for (const { source, result, reason } of lint) {
        expect(source).not.toBe('');
        expect([result, reason]).toEqual(['passed', null]);
      }
    }
  });
});

const CHANGES: readonly (readonly [string, (value: ReturnType<typeof JSON.parse>) => void])[] = [
  ['another format', (value) => (value.format = 'inkan-ceremony-bundle-2')],
  ['an unknown field', (value) => (value.request.more = 1)],
  ['a missing field', (value) => delete value.request.reason],
  ['an id that is a path', (value) => (value.request.id = '../../../../../../etc/passwd0000')],
  ['an authority that is a path', (value) => (value.request.authority.name = '../root')],
  ['a time that does not exist', (value) => (value.request.createdAt = '2026-02-30T00:00:00Z')],
  ['base64 without padding', (value) => (value.request.items[1].tbs += 'A')],
  ['base64 with bits left over', (value) => (value.request.items[1].tbs = 'AB==')],
  ['no item', (value) => (value.request.items = [])],
  ['no CRL', (value) => value.request.items.pop()],
  ['the CRL first', (value) => value.request.items.reverse()],
  ['two CRLs', (value) => value.request.items.push(value.request.items[1])],
  ['a role that there is not', (value) => (value.request.items[0].role = 'anything')],
  [
    'a responder that names an authority',
    (value) => (value.request.items[0].subjectAuthority = 'root-ca3'),
  ],
  ['a sub-CA that names none', (value) => (value.request.items[0].role = 'subordinate-ca')],
  ['a control character', (value) => (value.request.reason = 'a\u001b[2J')],
  ['a summary line of three', (value) => value.request.items[0].summary.push(['a', 'b', 'c'])],
  [
    'more approvals than bounded',
    (value) => (value.approvals = Array(17).fill(value.approvals[0])),
  ],
  ['a lint result of no kind', (value) => (value.request.items[0].lint[0].result = 'refused')],
  ['a lint result without its clause', (value) => delete value.request.items[0].lint[0].source],
  ['items that are no list', (value) => (value.request.items = { length: 1 })],
];

describe('bundle', () => {
  it('CRL-18: what was written is read again, and written the same', () => {
    const decoded = must(decodeBundle(bundle), 'bundle');
    expect(encodeBundle(decoded.request, decoded.approvals)).toBe(bundle);
  });

  it.each(CHANGES)('CRL-18: a bundle with %s is refused by its form', (_what, change) => {
    expect(codeOf(decodeBundle(bent(change)))).toBe('document-malformed');
  });

  it.each([
    ['nothing', () => ''],
    ['a part', () => bundle.slice(0, -200)],
    ['something after it', () => `${bundle} `],
    ['white space elsewhere', () => JSON.stringify(JSON.parse(bundle))],
    ['a field twice', () => bundle.replace('"approvals"', '"format": "x",\n  "approvals"')],
    ['members in another order', () => canonicalText(reversed(JSON.parse(bundle)))],
    [
      'an escape for a plain letter',
      () => bundle.replace('"reason": "test"', '"reason": "\\u0074est"'),
    ],
    ['nesting without end', () => '['.repeat(100_000)],
    ['nesting that ends', () => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['more than is bounded', () => 'x'.repeat(BUNDLE_MOST_CHARACTERS + 1)],
  ])('CRL-18: the text of a bundle with %s is refused', (_what, text) => {
    expect(codeOf(decodeBundle(text()))).toBe('document-malformed');
  });

  it('CRL-18: a request that was changed does not match the hash in its file', () => {
    const text = bent((value) => {
      value.request.reason = 'something else';
    });
    expect(codeOf(decodeBundle(text))).toBe('bundle-changed');
  });

  it('CRL-18: every octet counts: a bundle with any one changed is refused or approves nothing new', () => {
    const step = Math.ceil(bundle.length / 400);
    for (let at = 0; at < bundle.length; at += step) {
      const other = bundle[at] === 'b' ? 'c' : 'b';
      const decoded = decodeBundle(bundle.slice(0, at) + other + bundle.slice(at + 1));
      // Only in the approvals may a changed octet still be a bundle: they are checked by signature.
      if (decoded.ok) expect(decoded.value.request).toEqual(request);
    }
  });
});

function reversed(value: object): unknown {
  return Object.fromEntries(Object.entries(value).reverse());
}

describe('answer', () => {
  it.each([
    ['another format', '"inkan-ceremony-signatures-1"', '"inkan-ceremony-signatures-2"'],
    ['a log that is no log', '{\\"previous', '{\\"prev'],
    ['an id of another length', `"id": "${'0'.repeat(32)}`, `"id": "${'0'.repeat(31)}`],
    ['a time with a fraction', 'Z",\n  "signatures"', '.5Z",\n  "signatures"'],
  ])('CRL-18: an answer with %s is refused by its form', (_what, from, to) => {
    const text = answer.replace(/"id": "[0-9a-f]{32}/, `"id": "${'0'.repeat(32)}`);
    expect(decodeAnswer(text).ok).toBe(true);
    expect(text).toContain(from);
    expect(codeOf(decodeAnswer(text.replace(from, to)))).toBe('document-malformed');
  });

  it('CRL-18: an answer that is longer than any real one is refused unread', () => {
    const padded = answer.replace('"log": [', `"log": [\n    "${'x'.repeat(50_000)}",`);
    expect(decodeAnswer(padded)).toMatchObject({ error: { reason: /longer than/ } });
    expect(codeOf(decodeCeremonyKey(answer))).toBe('document-malformed');
  });
});
