import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnixSeconds } from '../../shared/time.ts';
import type { IssuedCertificateView } from '../operations/views.ts';
import type { DemoLayout } from './demo-layout.ts';
import { makeServerRequest } from './demo-request.ts';
import { replaceFile } from './replace-file.ts';
import { inkan } from './signer-process.ts';

export const TLS_CA = 'private-tls-ca';

/** A certificate that ends sooner is replaced, with a new key. */
const RENEW_BEFORE_SECONDS = 30 * 86_400;

/**
 * A server certificate for `localhost` with its issuer behind it, as web servers want it, and its
 * key. The key first: if we stop between the two, the next start finds that they do not fit and
 * makes both anew.
 */
export async function ensureTLS(
  layout: DemoLayout,
  now: UnixSeconds,
  say: (line: string) => void,
): Promise<void> {
  const file = (name: string) => join(layout.demo, name);
  if (isUsable(file('tls.pem'), file('tls.key.pem'), now)) return;
  say('issuing a TLS certificate for localhost');
  const { privateKey, request } = makeServerRequest('Inkan Demo TLS localhost');
  writeFileSync(file('tls.csr.pem'), request);
  const issued = await inkan<IssuedCertificateView>(layout, [
    ...['certificate', 'issue', '--authority', TLS_CA, '--profile', 'tls-server'],
    ...['--request', file('tls.csr.pem'), '--subject-alt-name', 'localhost,127.0.0.1'],
  ]);
  replaceFile(file('tls.key.pem'), privateKey);
  replaceFile(file('tls.pem'), (issued.certificate ?? '') + issued.chain.join(''));
}

function isUsable(certificate: string, key: string, now: UnixSeconds): boolean {
  if (!existsSync(certificate) || !existsSync(key)) return false;
  try {
    const leaf = new X509Certificate(readFileSync(certificate));
    const ends = Date.parse(leaf.validTo) / 1000;
    const fits = leaf.checkPrivateKey(createPrivateKey(readFileSync(key, 'utf8')));
    return fits && ends - now > RENEW_BEFORE_SECONDS;
  } catch {
    return false;
  }
}
