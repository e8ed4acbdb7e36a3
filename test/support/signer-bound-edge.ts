import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { opensslOk } from './openssl.ts';
import type { RunningCA } from './running-ca.ts';

/** PEM files of a TLS client. */
export interface ClientFiles {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the key, as config.json wants it. */
  readonly spkiSha256: string;
}

/** A client certificate by the signer's operator CA, made as docs/operations.md says. */
export function clientCertificate(ca: RunningCA, name: string, subject: string): ClientFiles {
  const [certificate, key, request] = ['pem', 'key', 'csr'].map((kind) =>
    ca.file(`${name}.${kind}`),
  );
  if (!certificate || !key || !request) throw new Error('three names');
  const extensions = ca.file(`${name}.ext`);
  writeExtensions(extensions);
  opensslOk(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key]);
  opensslOk(['req', '-new', '-key', key, '-subj', subject, '-out', request]);
  const { signer } = ca.layout;
  opensslOk([
    ...['x509', '-req', '-in', request, '-CA', `${signer}/tls/operator-ca.pem`],
    ...['-CAkey', `${signer}/keys/operator-ca.key.pem`, '-passin', `file:${ca.file('passphrase')}`],
    ...['-days', '365', '-extfile', extensions, '-out', certificate],
  ]);
  const spki = opensslOk(['pkey', '-in', key, '-pubout', '-outform', 'DER']).stdout;
  return { certificate, key, spkiSha256: createHash('sha256').update(spki).digest('hex') };
}

function writeExtensions(file: string): void {
  const lines = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
  writeFileSync(file, [...lines, 'extendedKeyUsage=clientAuth', ''].join('\n'));
}

/** What `edge` of config.json becomes; the signer reads it when it starts. */
export function configureEdges(ca: RunningCA, edge: object): void {
  const file = join(ca.layout.signer, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, edge }), { mode: 0o600 });
}

/**
 * The Worker with an empty KV of its own, whose SIGNER is the real signer over mTLS; `livePerMinute`
 * binds LIVE_RATE.
 */
export async function startSignerBoundEdge(
  ca: RunningCA,
  script: string,
  client: ClientFiles | undefined,
  bindings: Readonly<Record<string, string>> = {},
  livePerMinute?: number,
): Promise<Miniflare> {
  const config = JSON.parse(readFileSync(join(ca.layout.signer, 'config.json'), 'utf8'));
  const { host, port } = config.listen;
  const keypair = client && {
    privateKey: readFileSync(client.key, 'utf8'),
    certificateChain: readFileSync(client.certificate, 'utf8'),
  };
  const trusted = readFileSync(join(ca.layout.signer, 'tls/operator-ca.pem'), 'utf8');
  const tlsOptions = { ...(keypair && { keypair }), trustedCertificates: [trusted] };
  const https = { tlsOptions, certificateHost: host };
  const edge = new Miniflare(
    convertV4MiniflareOptions({
      name: 'inkan-edge',
      host,
      port: 0,
      log: new Log(LogLevel.ERROR),
      modules: [{ type: 'ESModule', path: 'index.js', contents: readFileSync(script, 'utf8') }],
      compatibilityDate: '2026-10-20',
      kvNamespaces: { SNAPSHOT: 'empty' },
      durableObjects: { RADAR: { className: 'QueryRadar', useSQLite: true } },
      serviceBindings: { SIGNER: { external: { address: `${host}:${port}`, https } } },
      ...(livePerMinute && {
        ratelimits: {
          LIVE_RATE: { namespace_id: '1750', simple: { limit: livePerMinute, period: 60 } },
        },
      }),
      bindings: { PUBLICATION_KEY: ca.publicationKey, HEAD_REREAD_SECONDS: '1', ...bindings },
    }),
  );
  await edge.ready;
  return edge;
}
