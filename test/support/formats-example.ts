import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { must } from '../../shared/result.ts';
import { serialNumberFromText } from '../../shared/serial-number.ts';
import {
  encodeHeadText,
  encodePublicationKey,
  encodeSignedNote,
} from '../../shared/snapshot/head.ts';
import { encodeOCSPShard, type ShardEntry } from '../../shared/snapshot/ocsp-shard.ts';
import { encodeRoot } from '../../shared/snapshot/root.ts';
import { unixSeconds } from '../../shared/time.ts';
import * as build from './x509-builders.ts';

/**
 * Makes the worked example of docs/formats.md and prints its blocks. Keys come from their
 * labels, so two runs differ in their ECDSA signatures only (and what hashes them).
 *
 *     node test/support/formats-example.ts
 */

const AT = 1_795_392_000;
const DAY = 86_400;

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

function seed(label: string): Uint8Array {
  return sha256(Buffer.from(`inkan formats example: ${label}`, 'ascii'));
}

/** A P-256 key whose scalar is the hash of its label: for examples only. */
function ecKey(label: string): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(seed(label));
  const point = ecdh.getPublicKey();
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const [x, y] = [text(point.subarray(1, 33)), text(point.subarray(33))];
  const key = { kty: 'EC', crv: 'P-256', x, y, d: text(ecdh.getPrivateKey()) } as const;
  return createPrivateKey({ key, format: 'jwk' });
}

function publicationKey(name: string) {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed(name)]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const jwk = privateKey.export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url'));
  const identified = Buffer.concat([Buffer.from(`${name}\n\u0001`, 'latin1'), publicKey]);
  return { privateKey, key: { name, keyHash: sha256(identified).slice(0, 4), publicKey } };
}

function certificates(
  caKey: KeyObject,
  responderKey: KeyObject,
  name: ReturnType<typeof build.commonName>,
) {
  const common = { issuer: name, issuerKey: caKey, algorithm: 'ecdsa-with-SHA256' } as const;
  const ca = build.buildCertificate({
    ...common,
    profile: 'ca',
    subject: name,
    subjectKey: caKey,
    serialNumber: Uint8Array.of(0x01),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2046-01-01T00:00:00Z'),
  });
  const responder = build.buildCertificate({
    ...common,
    profile: 'ocsp-responder',
    subject: build.commonName('Example OCSP'),
    subjectKey: responderKey,
    serialNumber: Uint8Array.of(0x02),
    notBefore: new Date((AT - DAY) * 1000),
    notAfter: new Date((AT + 30 * DAY) * 1000),
  });
  return { ca, responder };
}

function makeShard() {
  const caKey = ecKey('ca');
  const responderKey = ecKey('responder');
  const name = build.commonName('Example CA');
  const issuer = build.issuerIdentity(name, caKey);
  const { ca, responder } = certificates(caKey, responderKey, name);
  const responderKeyHash = build.keyHash(responderKey, 'sha1');
  const times = { producedAt: AT, thisUpdate: AT, nextUpdate: AT + 7 * DAY };
  const entry = (text: string, revoked?: { at: number; reason: 4 }): ShardEntry => {
    const serialNumber = must(serialNumberFromText(text), 'example serial number');
    const signature = (hash: 'sha1' | 'sha256') => {
      const input = { hash, issuer, serialNumber, responderKeyHash, ...times };
      const made = build.buildOCSPResponse(
        revoked ? { ...input, revoked } : input,
        responderKey,
        'ecdsa-with-SHA256',
        responder,
      );
      return build.rawECDSASignature(made.signature, 32);
    };
    const certStatus = revoked
      ? ({
          status: 'revoked',
          revocationTime: unixSeconds(revoked.at),
          revocationReason: revoked.reason,
        } as const)
      : ({ status: 'good' } as const);
    return {
      serialNumber,
      batch: 0,
      certStatus,
      signatures: { sha1: signature('sha1'), sha256: signature('sha256') },
    };
  };
  const batch = {
    responder: 0,
    producedAt: unixSeconds(AT),
    thisUpdate: unixSeconds(AT),
    nextUpdate: unixSeconds(AT + 7 * DAY),
    archiveCutoff: null,
  };
  const header = {
    issuer,
    shardBits: 0,
    shardIndex: 0,
    responders: [
      {
        keyHash: responderKeyHash,
        signatureAlgorithm: 'ecdsa-with-SHA256',
        signatureLength: 64,
        certificate: responder,
      },
    ],
    batches: [batch],
  } as const;
  const revoked = { at: AT - 3_600, reason: 4 } as const;
  return { issuer, ca, shard: encodeOCSPShard(header, [entry('1001'), entry('f00d', revoked)]) };
}

function makeExample() {
  const { issuer, ca, shard } = makeShard();
  const root = encodeRoot({
    issuers: [{ issuer, shardBits: 0, hashes: [sha256(shard)] }],
    files: {
      level: 'root',
      entries: [
        {
          path: '/ca.cer',
          mediaType: 2,
          hash: sha256(ca),
          length: ca.length,
          thisUpdate: null,
          nextUpdate: null,
          chunkHashes: [sha256(ca)],
        },
      ],
    },
    audit: { size: 7, hash: seed('audit event 7') },
  });
  const { key, privateKey } = publicationKey('ca.example/snapshot');
  const text = encodeHeadText({
    origin: key.name,
    epoch: 1,
    rootHash: sha256(root),
    previousHash: new Uint8Array(32),
    time: unixSeconds(AT),
    expires: unixSeconds(AT + 3_600),
  });
  const head = encodeSignedNote(text, key, new Uint8Array(sign(null, text, privateKey)));
  return { vkey: encodePublicationKey(key), head, root, shard, chunk: ca };
}

type Fields = readonly (readonly [length: number, meaning: string])[];

const ISSUER: Fields = [
  [20, 'SHA-1 of the issuer name'],
  [20, 'SHA-1 of the issuer key'],
  [32, 'SHA-256 of the issuer name'],
  [32, 'SHA-256 of the issuer key'],
];

const ROOT: Fields = [
  [4, 'magic INKR'],
  [1, 'format version 1'],
  [2, 'one issuer'],
  ...ISSUER,
  [1, 'shardBits 0: one shard'],
  [32, 'SHA-256 of the OCSP shard'],
  [1, 'level 0: files stand here'],
  [2, 'one file'],
  [1, 'path of 7 octets'],
  [7, '/ca.cer'],
  [1, 'media type 2, application/pkix-cert'],
  [32, 'SHA-256 of the file'],
  [6, 'its length'],
  [6, 'no thisUpdate'],
  [6, 'no nextUpdate'],
  [2, 'one chunk'],
  [32, 'SHA-256 of the chunk'],
  [6, 'audit checkpoint: 7 events'],
  [32, 'and the hash of the last'],
];

function shardFields(certificateLength: number): Fields {
  const signatures: Fields = [
    [64, 'r || s over the ResponseData with a SHA-1 CertID'],
    [64, 'r || s over the one with a SHA-256 CertID'],
  ];
  return [
    [4, 'magic INKS'],
    [1, 'format version 1'],
    ...ISSUER,
    [1, 'shardBits 0'],
    [4, 'shard index 0'],
    [1, 'one responder'],
    [20, 'its key hash, responderID byKey'],
    [1, 'algorithm 3, ecdsa-with-SHA256'],
    [2, 'packed signatures of 64 octets'],
    [2, 'length of its certificate'],
    [certificateLength, 'its certificate, DER'],
    [2, 'one batch'],
    [1, 'of responder 0'],
    [6, 'producedAt'],
    [6, 'thisUpdate'],
    [6, 'nextUpdate'],
    [6, 'no archiveCutoff'],
    [2, 'two entries'],
    [1, 'serial number of 3 octets'],
    [3, 'the contents of its INTEGER, sign octet included'],
    [2, 'batch 0'],
    [1, 'revoked: superseded(4)'],
    [6, 'revocationTime'],
    ...signatures,
    [1, 'serial number of 2 octets'],
    [2, 'the contents of its INTEGER'],
    [2, 'batch 0'],
    [1, 'good'],
    ...signatures,
  ];
}

/** Lines of offset, at most 32 octets and, at the beginning of a field, what it is. */
function annotated(bytes: Uint8Array, fields: Fields): string {
  const lines: string[] = [];
  let at = 0;
  for (const [length, meaning] of fields) {
    for (const end = at + length; at < end; at += Math.min(32, end - at)) {
      const octets = Buffer.from(bytes.subarray(at, Math.min(at + 32, end))).toString('hex');
      const first = end - at === length;
      const offset = at.toString(16).padStart(4, '0');
      lines.push(first ? `${offset}  ${octets}  ${meaning}` : `${offset}  ${octets}`);
    }
  }
  if (at !== bytes.length) throw new Error(`fields of ${at} octets, not ${bytes.length}`);
  return lines.join('\n');
}

function block(name: string, text: string): string {
  return `\`\`\`text example-${name}\n${text}\n\`\`\`\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { vkey, head, root, shard, chunk } = makeExample();
  const certificateLength = ((shard[138] ?? 0) << 8) | (shard[139] ?? 0);
  const blocks = [
    block('vkey', vkey),
    block('head', Buffer.from(head).toString('utf8').trimEnd()),
    block('root', annotated(root, ROOT)),
    block('shard', annotated(shard, shardFields(certificateLength))),
    block('chunk', annotated(chunk, [[chunk.length, 'certificate of the example CA, DER']])),
  ];
  process.stdout.write(blocks.join('\n'));
}
