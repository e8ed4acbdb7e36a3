import { describe, expect, it } from 'vitest';
import type { CertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { REPOSITORY_FILE_OCTETS_MAX } from '../../../../shared/repository/catalogue.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { DocumentRow, NewDocument } from '../../../../signer/database/document-table.ts';
import {
  DOCUMENT_ENTRIES_OCTETS_MAX,
  DOCUMENTS_MAX,
  DOCUMENTS_OCTETS_MAX,
  lackOfRoom,
} from '../../../../signer/documents/repository-room.ts';

const POLICY: CertificatePolicy = {
  ...{ name: 'p', version: '1', authorities: new Map(), profiles: new Map() },
};
const NOW = unixSeconds(1_795_000_000);

/** Each with a summary of as many characters as there may be: three octets each in UTF-8. */
const SUMMARY = '変'.repeat(4_000);

function added(summary: string, octets = 1): NewDocument {
  return {
    ...{ name: 'tsa-cp', version: '5.09', kind: 'certificate-policy', title: 'CP', language: 'ja' },
    ...{ effective: '2026-12-01', change: { kind: 'minor', summary }, path: '/cp', mediaType: 6 },
    ...{ sha256: new Uint8Array(32), addedAt: NOW, addedBy: 'test' },
    bytes: new Uint8Array(octets),
  };
}

function present(count: number, summary: string, length = 1): readonly DocumentRow[] {
  const row = { ...added(summary), id: 1, length, announced: null, withdrawn: null };
  return Array.from({ length: count }, () => row);
}

const lack = (before: readonly DocumentRow[], wanted: NewDocument) =>
  lackOfRoom(POLICY, before, wanted, NOW) ?? 'room';

describe('room in the repository', () => {
  it('CP 2.2: the entries of all editions leave room for the CAs in what a page reads', () => {
    expect(REPOSITORY_FILE_OCTETS_MAX - DOCUMENT_ENTRIES_OCTETS_MAX).toBe(1 << 20);
    // 12,000 octets of summary each and some 300 more.
    expect(lack(present(250, SUMMARY), added(SUMMARY))).toBe('room');
    expect(lack(present(320, SUMMARY), added(SUMMARY))).toMatch(/shorten title and summary/);
    expect(lack(present(320, '変'), added('変'))).toBe('room');
  });

  it('CP 2.2: all files together have at most 256 MiB, which one epoch of everything can hold', () => {
    const before = present(31, '変', 8 << 20);
    expect(lack(before, added('変', 8 << 20))).toBe('room');
    expect(31 * (8 << 20) + (8 << 20)).toBe(DOCUMENTS_OCTETS_MAX);
    expect(lack(present(32, '変', 8 << 20), added('変'))).toMatch(/hand in a smaller file/);
  });

  it('CP 2.2: there are as many editions as a reader takes', () => {
    expect(lack(present(DOCUMENTS_MAX - 1, '変'), added('変'))).toBe('room');
    expect(lack(present(DOCUMENTS_MAX, '変'), added('変'))).toMatch(/1000 editions and no more/);
  });
});
