import { generateKeyPairSync, sign } from 'node:crypto';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { contextTag } from '../../shared/der/tags.ts';
import { bitString, element, sequence, smallInteger } from '../../shared/der/writer.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { pem } from '../operations/certificate-view.ts';

/** A fresh TSA key and the PKCS#10 request (RFC 2986 4) that its owner would send. */
export interface TSARequest {
  readonly privateKey: string;
  readonly request: string;
}

export function makeTSARequest(commonName: string): TSARequest {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 3072,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const subject = encodeName([
    ['C', 'JP'],
    ['O', 'Inkan Demo'],
    ['CN', commonName],
  ]);
  const info = sequence(
    smallInteger(0),
    subject,
    new Uint8Array(pair.publicKey),
    element(contextTag(0)),
  );
  const signature = new Uint8Array(sign('sha256', info, pair.privateKey));
  const der = sequence(info, SIGNATURE_ALGORITHM_DER.sha256WithRSAEncryption, bitString(signature));
  return { privateKey: pair.privateKey, request: pem('CERTIFICATE REQUEST', der) };
}
