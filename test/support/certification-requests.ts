import { readFileSync } from 'node:fs';
import { joined, octets, tlv } from './octets.ts';
import { opensslOk, type ScratchDirectory } from './openssl.ts';

/** PKCS#10 requests by openssl, and the same taken apart and put together wrongly. */

/** Arguments of `openssl genpkey`. */
export const KEY_KINDS = {
  'RSA-2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA-3072': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  'RSA-3072 with exponent 3': [
    ...['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
    ...['-pkeyopt', 'rsa_keygen_pubexp:3'],
  ],
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  Ed25519: ['-algorithm', 'ED25519'],
} as const;
export type KeyKind = keyof typeof KEY_KINDS;

/** The path of a new private key, PEM. */
export function newKey(scratch: ScratchDirectory, name: string, kind: KeyKind): string {
  const path = scratch.file(`${name}.key`);
  opensslOk(['genpkey', ...KEY_KINDS[kind], '-out', path]);
  return path;
}

/** The path of a request, DER. */
export function newRequest(
  scratch: ScratchDirectory,
  name: string,
  key: string,
  ...more: readonly string[]
): string {
  const path = scratch.file(`${name}.csr`);
  const subject = `/C=JP/O=Inkan test/CN=${name}`;
  opensslOk([
    'req',
    '-new',
    '-key',
    key,
    '-subj',
    subject,
    '-outform',
    'DER',
    '-out',
    path,
    ...more,
  ]);
  return path;
}

/** RFC 2986 4.2: CertificationRequest, its fields as they stand in the DER. */
interface RequestParts {
  readonly version: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly attributes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes a request of openssl apart with `openssl asn1parse`. */
function partsOf(der: Uint8Array): RequestParts {
  const { text } = opensslOk(['asn1parse', '-inform', 'DER'], der);
  const fields = [...text.matchAll(/^ *(\d+):d=(\d+) +hl=(\d+) +l= *(\d+)/gm)].map((match) => {
    const [at = 0, depth = 0, header = 0, length = 0] = match.slice(1).map(Number);
    return { depth, bytes: der.subarray(at, at + header + length) };
  });
  const inner = fields.filter(({ depth }) => depth === 2).map(({ bytes }) => bytes);
  const outer = fields.filter(({ depth }) => depth === 1).map(({ bytes }) => bytes);
  const [version, subject, spki, attributes] = inner;
  const [, signatureAlgorithm, signature] = outer;
  if (!version || !subject || !spki || !attributes || !signatureAlgorithm || !signature)
    throw new Error(`not a request: ${text}`);
  return { version, subject, spki, attributes, signatureAlgorithm, signature };
}

/** The request with other fields, signed anew by openssl, so that nothing but they is wrong. */
export function resigned(
  scratch: ScratchDirectory,
  request: string,
  key: string,
  changes: Partial<Pick<RequestParts, 'version' | 'attributes'>>,
): string {
  const parts = { ...partsOf(new Uint8Array(readFileSync(request))), ...changes };
  const info = tlv(0x30, parts.version, parts.subject, parts.spki, parts.attributes);
  const toSign = scratch.write('info.der', info);
  const signature = new Uint8Array(opensslOk(['dgst', '-sha256', '-sign', key, toSign]).stdout);
  const bits = tlv(0x03, joined(octets('00'), signature));
  return scratch.write('resigned.csr', tlv(0x30, info, parts.signatureAlgorithm, bits));
}

/** The request with the last bit of its signature turned over. */
export function withBrokenSignature(scratch: ScratchDirectory, request: string): string {
  const der = new Uint8Array(readFileSync(request));
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return scratch.write('broken.csr', der);
}

export function withOctetAfterIts(scratch: ScratchDirectory, request: string): string {
  return scratch.write('longer.csr', joined(new Uint8Array(readFileSync(request)), octets('00')));
}
