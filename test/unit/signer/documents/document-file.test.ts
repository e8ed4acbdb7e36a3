import { describe, expect, it } from 'vitest';
import { DOCUMENT_OCTETS_MAX, documentFile } from '../../../../signer/documents/document-file.ts';

const PDF = '%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the file of a document', () => {
  it.each([
    ['cp.pdf', bytes(PDF), 6],
    ['cp.txt', bytes('証明書ポリシー\r\n\t1. はじめに\f'), 4],
    ['cp.txt', bytes('\uFEFFwith a byte order mark\n'), 4],
    ['cp.txt', bytes('a < b, and <html> is only mentioned'), 4],
  ] as const)('CP 2.2: %s is taken for what its octets are', (name, content, mediaType) => {
    expect(documentFile(name, content)).toMatchObject({ ok: true, value: { mediaType } });
  });

  it.each([
    ['cp.html', bytes('<!doctype html><p>CP</p>'), /HTML is not published/],
    ['cp.txt', bytes('<!DOCTYPE html><script>alert(1)</script>'), /HTML or XML/],
    ['cp.txt', bytes('  \n<svg onload="alert(1)">'), /HTML or XML/],
    ['cp.txt', bytes(PDF), /a PDF and its name says text/],
    ['cp.pdf', bytes('plain text'), /plain text and its name says PDF/],
    ['cp.pdf', bytes(PDF.replace('%%EOF', '')), /says PDF|no PDF/],
    ['cp.pdf', bytes(`\n${PDF}`), /says PDF|no PDF/],
    ['cp.pdf', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0xff), /no PDF/],
    ['cp.txt', Uint8Array.of(0x41, 0xff, 0xfe), /not UTF-8/],
    ['cp.txt', bytes('a\u0000b'), /control characters/],
    ['cp.txt', bytes('\u001b[31mred'), /control characters/],
    ['cp.txt', bytes('pays \u202e001\u202c yen'), /direction of writing/],
    ['cp.txt', bytes('pays \u2066001\u2069 yen'), /direction of writing/],
    ['cp.PDF', bytes(PDF), /neither \.pdf nor \.txt/],
    ['cp', bytes(PDF), /neither/],
    ['cp.txt', new Uint8Array(0), /empty/],
    ['cp.txt', new Uint8Array(DOCUMENT_OCTETS_MAX + 1).fill(0x41), /more than/],
  ] as const)('CP 2.2: %s with other content is refused (%#)', (name, content, reason) => {
    expect(documentFile(name, content)).toMatchObject({
      error: { reason: expect.stringMatching(reason) },
    });
  });

  it('CP 2.2: one of exactly the bound is taken', () => {
    const longest = new Uint8Array(DOCUMENT_OCTETS_MAX).fill(0x41);
    expect(documentFile('cp.txt', longest).ok).toBe(true);
  });
});
