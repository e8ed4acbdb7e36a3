import { describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../../shared/time.ts';
import { joined, octets, tlv } from '../../../support/octets.ts';
import { DAY, FIELD, findingsAbout, NOW, REVOKED, tbsCertList } from './crl-under-test.ts';
import { elementAt, insertAfter, removeAt, replaceAt } from './der-edit.ts';

const REAL = tbsCertList();

/** Name of the test, the altered bytes, what the finding says. */
type Row = readonly [string, Uint8Array, RegExp];

function refuses(rows: readonly Row[]): void {
  it.each(rows)('%s', (_title, changed, finding) => {
    expect(changed).not.toEqual(REAL);
    expect(findingsAbout(changed).join('\n')).toMatch(finding);
  });
}

const utcTime = (text: string) => tlv(0x17, Buffer.from(text, 'ascii'));
const generalizedTime = (text: string) => tlv(0x18, Buffer.from(text, 'ascii'));
const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
const extension = (...parts: readonly string[]) => sequence(...parts.map(octets));

describe('fields of a CRL', () => {
  it('CRL-1, CRL-2, CRL-3, CRL-8, CRL-10, CRL-12, CRL-14: what the signer makes passes every requirement', () => {
    expect(findingsAbout(REAL)).toEqual([]);
  });

  it('CRL-11: a CRL without entries, and so without revokedCertificates, passes', () => {
    const none = tbsCertList({ revokedCertificates: [] });
    expect(elementAt(none, [5])[0]).toBe(0xa0);
    expect(findingsAbout(none)).toEqual([]);
  });

  refuses([
    [
      'CRL-1: version v1(0) is refused',
      replaceAt(REAL, FIELD.version, octets('02 01 00')),
      /^CRL-1:/,
    ],
    ['CRL-1: a CRL without version is refused', removeAt(REAL, FIELD.version), /^CRL-1:/],
    [
      'CRL-2: an issuer in UTF8String where the CA has PrintableString is refused',
      replaceAt(
        REAL,
        [...FIELD.issuer, 2, 0, 1],
        tlv(0x0c, elementAt(REAL, [...FIELD.issuer, 2, 0, 1]).subarray(2)),
      ),
      /^CRL-2: issuer differs/,
    ],
    [
      'CRL-2: sha256WithRSAEncryption where the CA signs with SHA-384 is refused',
      replaceAt(REAL, FIELD.signature, octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00')),
      /^CRL-2: not sha384/,
    ],
    [
      'CRL-2: RSA without the NULL parameters is refused',
      replaceAt(REAL, FIELD.signature, octets('30 0b 06 09 2a 86 48 86 f7 0d 01 01 0c')),
      /^CRL-2: not sha384/,
    ],
    [
      'CRL-11: revokedCertificates that is empty is refused',
      replaceAt(REAL, FIELD.revokedCertificates, octets('30 00')),
      /CRL-11.*empty instead of absent/,
    ],
  ]);
});

const REFUSED_TIMES: readonly Row[] = [
  [
    'CRL-3: GeneralizedTime before 2050 is refused',
    replaceAt(REAL, FIELD.thisUpdate, generalizedTime('20261123040000Z')),
    /^CRL-3: .* encoded otherwise/,
  ],
  [
    'CRL-3: UTCTime without seconds is refused',
    replaceAt(REAL, FIELD.nextUpdate, utcTime('2711220400Z')),
    /^CRL-3.* encoded otherwise/,
  ],
  [
    'CRL-3: UTCTime with an offset is refused',
    replaceAt(REAL, FIELD.nextUpdate, utcTime('271122040000+0900')),
    /^CRL-3.* encoded otherwise/,
  ],
  ['CRL-3: a CRL without nextUpdate is refused', removeAt(REAL, FIELD.nextUpdate), /CRL-3: nextU/],
  [
    'CRL-3: a revocationDate in GeneralizedTime before 2050 is refused',
    replaceAt(REAL, [5, 0, 1], generalizedTime('20261120040000Z')),
    /CRL-14: the revocationDate of 00f00d is/,
  ],
  [
    'CRL-3: nextUpdate at thisUpdate is refused',
    replaceAt(REAL, FIELD.nextUpdate, utcTime('261123040000Z')),
    /nextUpdate is not after thisUpdate/,
  ],
  [
    'RFC 5280 5.1.2.4: thisUpdate in the future is refused',
    replaceAt(REAL, FIELD.thisUpdate, utcTime('261123040001Z')),
    /thisUpdate lies in the future/,
  ],
  [
    'CRL-4: a second more than 364 days is refused',
    replaceAt(REAL, FIELD.nextUpdate, utcTime('271122040001Z')),
    /^CRL-4: valid for more than 364 days/,
  ],
];

describe('times of a CRL', () => {
  it('CRL-4: 364 days to the second pass', () => {
    expect(elementAt(REAL, FIELD.nextUpdate)).toEqual(utcTime('271122040000Z'));
    expect(findingsAbout(REAL)).toEqual([]);
  });

  refuses(REFUSED_TIMES);

  it('CRL-3: the last second of 2049 is UTCTime and the next GeneralizedTime', () => {
    const newYear = unixSeconds(Date.parse('2050-01-01T00:00:00Z') / 1000);
    const tbs = tbsCertList({
      thisUpdate: unixSeconds(newYear - 1),
      nextUpdate: newYear,
      revokedCertificates: [],
    });
    const context = { now: newYear, previous: null };
    expect(elementAt(tbs, FIELD.thisUpdate)).toEqual(utcTime('491231235959Z'));
    expect(elementAt(tbs, FIELD.nextUpdate)).toEqual(generalizedTime('20500101000000Z'));
    expect(findingsAbout(tbs, context)).toEqual([]);
    const wrapped = replaceAt(tbs, FIELD.nextUpdate, utcTime('500101000000Z'));
    expect(findingsAbout(wrapped, context).join()).toContain('encoded otherwise');
  });

  it.each([
    ['at that of the CRL before passes', 364 * DAY, []],
    [
      'a second before that of the CRL before is refused',
      364 * DAY + 1,
      ['CRL-7: nextUpdate is earlier than that of the CRL before'],
    ],
  ] as const)('CRL-7: nextUpdate %s', (_title, before, findings) => {
    const nextUpdate = unixSeconds(NOW + before);
    const previous = { crlNumber: 41, thisUpdate: NOW, nextUpdate };
    expect(findingsAbout(REAL, { previous })).toEqual(findings);
  });
});

/** issuingDistributionPoint, onlyContainsUserCerts; deltaCRLIndicator 41; freshestCRL at http://a. */
const ISSUING_DISTRIBUTION_POINT = extension('06 03 55 1d 1c', '01 01 ff', '04 05 30 03 81 01 ff');
const DELTA_CRL_INDICATOR = extension('06 03 55 1d 1b', '01 01 ff', '04 03 02 01 29');
const FRESHEST_CRL = extension(
  '06 03 55 1d 2e',
  '04 10 30 0e 30 0c a0 0a a0 08 86 06 68 74 74 70 3a 2f',
);
const afterNumber = (more: Uint8Array) => insertAfter(REAL, FIELD.cRLNumber, more);
const numberOf = (contents: string) =>
  replaceAt(REAL, [...FIELD.cRLNumber, 1, 0], tlv(0x02, octets(contents)));

const REFUSED_EXTENSIONS: readonly Row[] = [
  [
    'CRL-8: without authorityKeyIdentifier it is refused',
    removeAt(REAL, FIELD.authorityKeyIdentifier),
    /^CRL-8/,
  ],
  [
    'CRL-8: an authorityKeyIdentifier of another key is refused',
    replaceAt(REAL, [6, 0, 0, 1, 0, 0], tlv(0x80, new Uint8Array(20))),
    /^CRL-8/,
  ],
  [
    'CRL-8: an authorityKeyIdentifier that is critical is refused',
    insertAfter(REAL, [6, 0, 0, 0], octets('01 01 ff')),
    /^CRL-8/,
  ],
  [
    'CRL-8: an authorityKeyIdentifier with a serial number as well is refused',
    insertAfter(REAL, [6, 0, 0, 1, 0, 0], octets('82 01 01')),
    /^CRL-8/,
  ],
  ['CRL-8: without cRLNumber it is refused', removeAt(REAL, FIELD.cRLNumber), /^CRL-8/],
  [
    'CRL-8: a cRLNumber that is critical is refused',
    insertAfter(REAL, [6, 0, 1, 0], octets('01 01 ff')),
    /^CRL-8/,
  ],
  ['CRL-8: extensions left out are refused', removeAt(REAL, [6]), /^CRL-8: not author/],
  [
    'CRL-8, CRL-10: issuingDistributionPoint is refused',
    afterNumber(ISSUING_DISTRIBUTION_POINT),
    /^CRL-8.*\nCRL-10: issuingDistributionPoint must not/,
  ],
  ['CRL-10: deltaCRLIndicator is refused', afterNumber(DELTA_CRL_INDICATOR), /^CRL-10: deltaCRL/m],
  ['CRL-10: freshestCRL is refused', afterNumber(FRESHEST_CRL), /^CRL-10: freshestCRL/m],
  [
    'CRL-9: the number of the CRL before is refused',
    numberOf('29'),
    /^CRL-9: cRLNumber is not above 41/,
  ],
  ['CRL-9: a lower number is refused', numberOf('01'), /^CRL-9/],
  ['CRL-9: a negative number is refused', numberOf('d6'), /^CRL-9: cRLNumber is not a number/],
  ['CRL-9: a number of 21 octets is refused', numberOf(`01 ${'00 '.repeat(20)}`), /CRL-9/],
  ['CRL-9: a number that is not minimal DER is refused', numberOf('00 2a'), /CRL-9/],
];

describe('extensions of a CRL', () => {
  it('CRL-8, CRL-9: authorityKeyIdentifier and the next number pass', () => {
    expect(numberOf('2a')).toEqual(REAL);
    expect(findingsAbout(REAL)).toEqual([]);
  });

  it('CRL-9: the first number of an authority is 1', () => {
    expect(findingsAbout(tbsCertList({ crlNumber: 1 }), { previous: null })).toEqual([]);
  });

  refuses(REFUSED_EXTENSIONS);
});

describe('expiredCertsOnCRL', () => {
  const since = unixSeconds(NOW - 3_650 * DAY);
  const TOLD = tbsCertList({ expiredCertsOnCRL: since });
  const of = (tbs: Uint8Array, expected: typeof since | null) =>
    findingsAbout(tbs, { expiredCertsOnCRL: expected }).join();

  it('CRL-16: as the policy wants it, it is the third extension, non-critical GeneralizedTime', () => {
    expect(of(TOLD, since)).toBe('');
    expect(elementAt(TOLD, [6, 0, 2])).toEqual(
      sequence(octets('06 03 55 1d 3c'), tlv(0x04, generalizedTime('20161125040000Z'))),
    );
  });

  it.each([
    ['when the policy does not ask for it', TOLD, null, /^CRL-16: .* not in the policy/],
    ['when the policy asks for it and it is absent', REAL, since, /^CRL-16: .* is absent/],
    [
      'a second off',
      tbsCertList({ expiredCertsOnCRL: unixSeconds(since + 1) }),
      since,
      /^CRL-16: /,
    ],
    ['when it is critical', insertAfter(TOLD, [6, 0, 2, 0], octets('01 01 ff')), since, /^CRL-8: /],
    ['twice', insertAfter(TOLD, [6, 0, 2], elementAt(TOLD, [6, 0, 2])), since, /,CRL-8: /],
  ] as const)('CRL-16: %s it is refused', (_title, tbs, expected, finding) => {
    expect(of(tbs, expected)).toMatch(finding);
  });
});

const REASON = [5, 0, 2, 0, 1, 0] as const;
const reasonOf = (reason: number) => replaceAt(REAL, REASON, tlv(0x0a, Uint8Array.of(reason)));

const TIMELESS = joined(
  ...Array.from({ length: 4_096 }, (_, i) =>
    sequence(tlv(0x02, Uint8Array.of(0x10 + (i >> 8), i & 0xff)), octets('17 00')),
  ),
);

const REFUSED_ENTRIES: readonly Row[] = [
  [
    'CRL-12: an entry without extensions is refused',
    removeAt(REAL, [5, 0, 2]),
    /CRL-12.*has not a non-critical reasonCode alone/,
  ],
  [
    'CRL-12: a reasonCode that is critical is refused',
    insertAfter(REAL, [5, 0, 2, 0, 0], octets('01 01 ff')),
    /non-critical reasonCode alone/,
  ],
  [
    'CRL-12: a reasonCode of two octets is refused',
    replaceAt(REAL, REASON, octets('0a 02 00 01')),
    /non-critical reasonCode alone/,
  ],
  [
    'CRL-14: an invalidityDate is refused',
    insertAfter(
      REAL,
      [5, 0, 2, 0],
      sequence(octets('06 03 55 1d 18'), tlv(0x04, generalizedTime('20261120040000Z'))),
    ),
    /non-critical reasonCode alone/,
  ],
  [
    'CRL-10: an entry of another issuer, as in an indirect CRL, is refused',
    insertAfter(
      REAL,
      [5, 0, 2, 0],
      extension('06 03 55 1d 1d', '01 01 ff', '04 05 30 03 82 01 61'),
    ),
    /non-critical reasonCode alone/,
  ],
  [
    'CRL-14: a serial number that appears twice is refused',
    insertAfter(REAL, [5, 1], elementAt(REAL, [5, 0])),
    /serial number 00f00d appears twice/,
  ],
  [
    'CRL-14: a revocationDate after thisUpdate is refused',
    replaceAt(REAL, [5, 1, 1], utcTime('261123040001Z')),
    /the revocationDate of 1001 is after thisUpdate/,
  ],
  [
    'CRL-14: a serial number with a superfluous octet is refused',
    replaceAt(REAL, [5, 1, 0], octets('02 03 00 10 01')),
    /an entry is not serial number, date and reasonCode/,
  ],
  [
    'CRL-14: a serial number of 21 octets is refused',
    replaceAt(REAL, [5, 1, 0], tlv(0x02, new Uint8Array(21).fill(1))),
    /a serial number has more than 20 octets/,
  ],
  [
    'CRL-14: thousands of entries whose time is empty are refused, in a moment',
    replaceAt(REAL, FIELD.revokedCertificates, sequence(TIMELESS)),
    /CRL-14: the revocationDate of 1000 is after thisUpdate or encoded otherwise/,
  ],
  [
    'CRL-14: octets after the last entry are refused',
    replaceAt(
      REAL,
      FIELD.revokedCertificates,
      sequence(joined(...REVOKED.map((_, i) => elementAt(REAL, [5, i]))), octets('05 00')),
    ),
    /an entry is not a SEQUENCE/,
  ],
];

describe('entries of a CRL', () => {
  it.each([1, 3, 4, 5])('CRL-12: reasonCode %d passes', (reason) => {
    expect(findingsAbout(reasonOf(reason))).toEqual([]);
  });

  it.each([0, 2, 6, 7, 8, 9, 10, 255])('CRL-12: reasonCode %d is refused', (reason) => {
    expect(findingsAbout(reasonOf(reason))).toEqual([
      `CRL-12: reasonCode ${reason} is not of CP 7.2.2`,
    ]);
  });

  it('CRL-14: a revocationDate at thisUpdate and one long before it pass', () => {
    expect(elementAt(REAL, [5, 1, 1])).toEqual(utcTime('261123040000Z'));
    expect(findingsAbout(replaceAt(REAL, [5, 0, 1], utcTime('991231235959Z')))).toEqual([]);
  });

  refuses(REFUSED_ENTRIES);
});

const EXPIRED_CERTS = (value: string) =>
  afterNumber(sequence(octets('06 03 55 1d 3c'), tlv(0x04, octets(value))));

describe('the bytes of a CRL', () => {
  it('CRL-16: expiredCertsOnCRL after the number passes', () => {
    const time = Buffer.from('20161125040000Z', 'ascii').toString('hex');
    const context = { expiredCertsOnCRL: unixSeconds(NOW - 3_650 * DAY) };
    expect(findingsAbout(EXPIRED_CERTS(`18 0f ${time}`), context)).toEqual([]);
  });

  it.each([
    [
      'CRL-16: expiredCertsOnCRL in UTCTime is refused',
      EXPIRED_CERTS(`17 0d ${Buffer.from('161123040000Z', 'ascii').toString('hex')}`),
      /^CRL-16: expiredCertsOnCRL is not/,
    ],
    [
      'CRL-8: critical FALSE written out is refused',
      insertAfter(REAL, [6, 0, 1, 0], octets('01 01 00')),
      /^CRL DER: 2\.5\.29\.20 has critical FALSE written out/,
    ],
    [
      'CRL-8: an authorityKeyIdentifier with a length in two octets is refused',
      replaceAt(REAL, [6, 0, 0, 1, 0], octets(`30 81 16 80 14 ${'00 '.repeat(20)}`)),
      /^CRL DER: 2\.5\.29\.35: no minimal DER/,
    ],
    [
      'CRL-8: an extension twice is refused',
      insertAfter(REAL, FIELD.cRLNumber, elementAt(REAL, FIELD.cRLNumber)),
      /^CRL DER: 2\.5\.29\.20 appears twice/,
    ],
  ])('%s', (_title, changed, finding) => {
    expect(findingsAbout(changed).join('\n')).toMatch(finding);
  });

  const MEANT = {
    crlNumber: 42,
    thisUpdate: NOW,
    nextUpdate: unixSeconds(NOW + 364 * DAY),
    entries: REVOKED.length,
  };
  it('CP 4.9.7: number, times and count that were ordered pass', () => {
    expect(findingsAbout(REAL, { meant: MEANT })).toEqual([]);
    const none = tbsCertList({ revokedCertificates: [] });
    expect(findingsAbout(none, { meant: { ...MEANT, entries: 0 } })).toEqual([]);
  });

  it.each([
    ['cRLNumber', { crlNumber: 43 }],
    ['thisUpdate', { thisUpdate: unixSeconds(NOW - 1) }],
    ['nextUpdate', { nextUpdate: unixSeconds(NOW + DAY) }],
    ['count of entries', { entries: 3 }],
  ])('CP 4.9.7: another %s than was ordered is refused', (field, other) => {
    expect(findingsAbout(REAL, { meant: { ...MEANT, ...other } }).join()).toContain(
      `CRL contents: ${field} is `,
    );
  });
});
