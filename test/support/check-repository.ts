import { hexFromBytes } from '../../shared/bytes.ts';
import { addSeconds } from '../../shared/time.ts';
import { digest } from '../../workers/repository/check/signature.ts';
import type { World } from '../../workers/repository/check/world.ts';
import { type CheckPKI, nowByClock, type Party, worldOf } from './check-pki.ts';

/** A repository of one root, whose responder knows these; counts what OCSP is asked. */
export async function repositoryOf(
  pki: CheckPKI,
  root: Party,
  known: readonly Party[],
): Promise<World & { readonly asked: readonly Uint8Array[] }> {
  const sha256 = hexFromBytes(await digest('SHA-256', root.der));
  const texts = { name: 'root', subject: 'x', issuer: 'x', serialNumber: '01', key: 'k' };
  const authority = { ...texts, notBefore: 0, notAfter: 1, signatureAlgorithm: 's', sha256 };
  const entry = { ...authority, sha1: '0'.repeat(40), certificate: { der: '/root.cer' } };
  const catalogue = JSON.stringify({ authorities: [entry], documents: [] });
  const files = new Map([
    ['/repository.json', new TextEncoder().encode(catalogue)],
    ['/root.cer', root.der],
  ]);
  const recorded = known.map((party) => ({ party }));
  const answering = worldOf(
    (request) => pki.answer(request, root, recorded),
    () => addSeconds(nowByClock(), 2),
  );
  return { ...answering, get: async (path) => files.get(path) };
}
