import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CERT_ID_HASHES } from '../../../../shared/ocsp/cert-id.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromText } from '../../../../shared/serial-number.ts';
import { decodePublicationKey, decodeSignedHead } from '../../../../shared/snapshot/head.ts';
import {
  decodeOCSPShard,
  findStoredResponse,
  rebuildOCSPResponse,
} from '../../../../shared/snapshot/ocsp-shard-reader.ts';
import { decodeRoot } from '../../../../shared/snapshot/root.ts';
import { hexOf, joined, octets } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  ScratchDirectory,
  verifyOCSPResponse,
} from '../../../support/openssl.ts';
import { certificatePEM } from '../../../support/x509-builders.ts';

const DOCUMENT = readFileSync(new URL('../../../../docs/formats.md', import.meta.url), 'utf8');
const AT = 1795392000;

function block(name: string): string {
  const parts = DOCUMENT.split(`\`\`\`text example-${name}\n`);
  if (parts.length !== 2) throw new Error(`docs/formats.md: example-${name}`);
  return parts[1]?.split('```')[0] ?? '';
}

/** The octets of a block, every offset on its left checked. */
function blob(name: string): Uint8Array {
  let bytes = octets('');
  for (const line of block(name).trimEnd().split('\n')) {
    const fields = /^([0-9a-f]{4}) {2}([0-9a-f]+)(?: {2}\S.*)?$/.exec(line);
    if (Number.parseInt(fields?.[1] ?? '', 16) !== bytes.length) throw new Error(line);
    bytes = joined(bytes, octets(fields?.[2] ?? ''));
  }
  return bytes;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const key = must(decodePublicationKey(block('vkey').trimEnd()), 'vkey');
const note = new Uint8Array(Buffer.from(block('head'), 'utf8'));
const [rootBytes, shardBytes, chunk] = ['root', 'shard', 'chunk'].map(blob) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const signedHead = must(decodeSignedHead(note, key), 'head');
const root = must(decodeRoot(rootBytes), 'root');
const shard = must(decodeOCSPShard(shardBytes), 'shard');

function rebuilt(text: string, hash: 'sha1' | 'sha256'): Uint8Array {
  const stored = findStoredResponse(shard, must(serialNumberFromText(text), 'serial number'));
  if (!stored) throw new Error(text);
  return rebuildOCSPResponse(shard, stored, hash);
}

describe('the example of docs/formats.md', () => {
  it('C2SP signed-note: its head is signed by the publication key', () => {
    const x = Buffer.from(key.publicKey).toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, signedHead.text, publicKey, signedHead.signature)).toBe(true);
    const identified = joined(Buffer.from(`${key.name}\n\u0001`, 'latin1'), key.publicKey);
    expect(hexOf(key.keyHash)).toBe(sha256(identified).slice(0, 8));
    expect(signedHead.head).toMatchObject({ epoch: 1, time: AT, expires: AT + 3_600 });
  });

  it('ADR 1: each hash is that of the next blob', () => {
    expect(hexOf(signedHead.head.rootHash)).toBe(sha256(rootBytes));
    expect(root.issuers[0]?.hashes.map(hexOf)).toEqual([sha256(shardBytes)]);
    expect(root.issuers[0]?.issuer).toEqual(shard.header.issuer);
    const file = root.files.level === 'root' ? root.files.entries[0] : undefined;
    expect(file).toMatchObject({ path: '/ca.cer', mediaType: 2, length: chunk.length });
    expect(file?.chunkHashes.map(hexOf)).toEqual([sha256(chunk)]);
    expect(hexOf(file?.hash ?? octets(''))).toBe(sha256(chunk));
  });

  it('RFC 6960 4.1.1: the issuer is that of the certificate it publishes', () => {
    const certificate = new X509Certificate(chunk);
    const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });
    const point = spki.subarray(spki.length - 65);
    expect(hexOf(shard.header.issuer.sha256.issuerKeyHash)).toBe(sha256(point));
  });

  it('ADR 1: a certificate that is not in the shard is not found', () => {
    const absent = must(serialNumberFromText('1002'), 'serial number');
    expect(findStoredResponse(shard, absent)).toBeUndefined();
  });
});

describeWithOpenSSL('openssl ocsp on the example', () => {
  const scratch = new ScratchDirectory();
  const issuer = scratch.write('ca.pem', certificatePEM(chunk));

  it.each(CERT_ID_HASHES)('RFC 6960 3.2: a relying party accepts both responses, %s', (hash) => {
    const check = { issuer, hash, at: AT + 60 };
    const good = verifyOCSPResponse(scratch, rebuilt('1001', hash), { ...check, serial: '0x1001' });
    expect(good).toContain('Response verify OK');
    expect(good).toContain('0x1001: good');
    const revoked = verifyOCSPResponse(scratch, rebuilt('f00d', hash), {
      ...check,
      serial: '0xf00d',
    });
    expect(revoked).toContain('Response verify OK');
    expect(revoked).toContain('0xf00d: revoked');
    expect(revoked).toContain('Reason: superseded');
    expect(revoked).toContain('Revocation Time: Nov 22 23:00:00 2026 GMT');
  });
});
