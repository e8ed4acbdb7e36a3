import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateView } from '../operations/views.ts';
import { ROOT, SUB_CA, serialOf, TSAS } from './demo-ca.ts';
import { type DemoLayout, type DemoPorts, edgeURL } from './demo-layout.ts';
import { inkan } from './signer-process.ts';

/** What a client needs to be pointed at the demo; paths are absolute. */
export interface Targets {
  readonly ocspUrl: string;
  readonly crls: readonly { readonly url: string; readonly issuerPem: string }[];
  readonly caIssuersUrl: readonly string[];
  readonly trustPem: string;
  readonly certs: readonly {
    readonly pem: string;
    readonly issuerPem: string;
    readonly expect: 'good' | 'revoked' | 'unauthorized';
  }[];
  readonly tsa: { readonly certPem: string; readonly keyPem: string; readonly chainPem: string };
  /** For a web server that staples: the certificate with its issuer behind it. */
  readonly tls: { readonly certPem: string; readonly keyPem: string; readonly ocspUrl: string };
}

/** Writes `<demo>/targets.json` with every certificate's status as it is now. */
export async function writeTargets(layout: DemoLayout, ports: DemoPorts): Promise<Targets> {
  const file = (name: string) => join(layout.demo, name);
  const edge = edgeURL(ports);
  const authorities = [ROOT, SUB_CA];
  const tsas = [];
  for (const name of TSAS) {
    const { status } = await inkan<CertificateView>(layout, [
      'certificate',
      'show',
      serialOf(layout, name),
    ]);
    tsas.push({ pem: file(`${name}.pem`), issuerPem: file(`${SUB_CA}.pem`), expect: status });
  }
  const targets: Targets = {
    ocspUrl: edge,
    crls: authorities.map((name) => ({
      url: `${edge}/crl/${name}.crl`,
      issuerPem: file(`${name}.pem`),
    })),
    caIssuersUrl: authorities.map((name) => `${edge}/ca/${name}.cer`),
    trustPem: file(`${ROOT}.pem`),
    certs: [
      ...tsas,
      { pem: file(`${SUB_CA}.pem`), issuerPem: file(`${ROOT}.pem`), expect: 'good' },
      { pem: file('forged.pem'), issuerPem: file(`${SUB_CA}.pem`), expect: 'unauthorized' },
    ],
    tsa: {
      certPem: file('tsa-02.pem'),
      keyPem: file('tsa-02.key.pem'),
      chainPem: file('chain.pem'),
    },
    tls: { certPem: file('tls.pem'), keyPem: file('tls.key.pem'), ocspUrl: edge },
  };
  const json = file('targets.json');
  writeFileSync(`${json}.new`, `${JSON.stringify(targets, null, 2)}\n`);
  renameSync(`${json}.new`, json);
  return targets;
}
