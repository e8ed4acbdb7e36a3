import { generateKeyPairSync, sign } from 'node:crypto';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { contextTag } from '../../shared/der/tags.ts';
import { bitString, element, sequence, smallInteger } from '../../shared/der/writer.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { pem } from '../issuance/pem.ts';

/** A fresh key and the PKCS#10 request (RFC 2986 4) that its owner would send; both PEM. */
export interface DemoRequest {
  readonly privateKey: string;
  readonly request: string;
}

export function makeTSARequest(commonName: string): DemoRequest {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 3072,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return request(commonName, publicKey, privateKey, 'sha256WithRSAEncryption');
}

export function makeServerRequest(commonName: string): DemoRequest {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return request(commonName, publicKey, privateKey, 'ecdsa-with-SHA256');
}

function request(
  commonName: string,
  spki: Uint8Array,
  privateKey: string,
  algorithm: 'sha256WithRSAEncryption' | 'ecdsa-with-SHA256',
): DemoRequest {
  const subject = encodeName([
    ['C', 'JP'],
    ['O', 'Inkan Demo'],
    ['CN', commonName],
  ]);
  const info = sequence(smallInteger(0), subject, new Uint8Array(spki), element(contextTag(0)));
  const signature = new Uint8Array(sign('sha256', info, privateKey));
  const der = sequence(info, SIGNATURE_ALGORITHM_DER[algorithm], bitString(signature));
  return { privateKey, request: pem('CERTIFICATE REQUEST', der) };
}
