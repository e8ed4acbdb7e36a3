import { describe, expect, it } from 'vitest';
import { faultsInMetadata, faultsInText } from '../../static/bundle.ts';

const REFUSED_TEXTS = [
  'require("pkcs11js")',
  "'-----BEGIN PRIVATE KEY-----'",
  "'-----BEGIN EC PRIVATE KEY-----'",
  '// signer/signing/sign.ts',
  'import { Buffer } from "node:buffer";',
  "await import('node:fs')",
  '// node_modules/@peculiar/asn1-ocsp/index.js',
];

const WRITTEN = {
  inputs: {
    'workers/index.ts': {},
    'shared/time.ts': {},
    'node_modules/itty-router/index.mjs': {},
  },
  outputs: { 'index.js': { imports: [{ path: 'cloudflare:workers', external: true }] } },
};

describe('architecture 2: the Worker bundle', () => {
  it.each(REFUSED_TEXTS)('may not contain %s', (text) => {
    expect(faultsInText(`var a = 1;\n${text}\n`)).toHaveLength(1);
  });

  it('may contain an ordinary script', () => {
    expect(faultsInText('export default { fetch() { return new Response("designer"); } }')).toEqual(
      [],
    );
  });

  it('comes from workers/, shared/ and itty-router and imports only the platform', () => {
    expect(faultsInMetadata(WRITTEN)).toEqual([]);
  });

  it.each(['signer/crl/x.ts', 'node_modules/pkijs/index.js'])('may not be made of %s', (path) => {
    expect(faultsInMetadata({ ...WRITTEN, inputs: { [path]: {} } })).toHaveLength(1);
  });

  it('may load the program of the check page, which is a module of its own', () => {
    const path = `./${'0a'.repeat(20)}-program.txt`;
    const outputs = { 'index.js': { imports: [{ path, external: true }] } };
    expect(faultsInMetadata({ ...WRITTEN, outputs })).toEqual([]);
    const program = { 'workers/repository/check/program.ts': {} };
    expect(faultsInMetadata({ ...WRITTEN, inputs: program })).toHaveLength(1);
  });

  it.each(['node:crypto', 'crypto', './0a-other.txt'])('may not import %s when it runs', (path) => {
    const outputs = { 'index.js': { imports: [{ path, external: true }] } };
    expect(faultsInMetadata({ ...WRITTEN, outputs })).toHaveLength(1);
  });
});
