import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { basename, isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeCatalogue } from '../../../shared/repository/catalogue.ts';
import { must } from '../../../shared/result.ts';
import type { CertificatePage } from '../../../signer/cli/view-decoders.ts';
import { demoLayout } from '../../../signer/demo/demo-layout.ts';
import type { Targets } from '../../../signer/demo/targets.ts';
import { contentsOf, copyDirectory } from '../../support/directory-contents.ts';
import { eventually } from '../../support/hierarchy.ts';
import { openssl, ScratchDirectory } from '../../support/openssl.ts';
import { fetchBody } from '../../support/revocation-watch.ts';
import { freePort } from '../../support/running-ca.ts';
import { stamp, verifyTimeStamp } from '../../support/time-stamp.ts';
import { describeWithTools } from '../../support/tools.ts';
import { type DemoProcess, endAllDemos, isListening, shell, startDemo } from './demo-process.ts';
import { browse } from './repository.ts';

const READY = 'Ctrl-C stops everything.';

const scratch = new ScratchDirectory();
// Whoever has a space in a path can copy the commands too.
const layout = demoLayout(scratch.file('a demo'));
let ports: { readonly edgePort: number; readonly signerPort: number };
let demo: DemoProcess;

beforeAll(async () => {
  ports = { edgePort: await freePort(), signerPort: await freePort() };
});
afterAll(endAllDemos);

const start = () => startDemo({ directory: layout.base, ...ports });

async function startToTheEnd(): Promise<void> {
  demo = start();
  if (!(await demo.says(READY))) throw new Error(demo.output());
}

const readTargets = (): Targets => JSON.parse(readFileSync(`${layout.demo}/targets.json`, 'utf8'));

/** The commands that were printed, in their order. */
function printedCommands(): readonly [good: string, revoked: string, revoke: string] {
  const lines = demo
    .output()
    .split('\n')
    .map((line) => line.trim());
  const commands = lines.filter((line) => /^(openssl|npx) /.test(line));
  expect(commands).toHaveLength(3);
  return commands as unknown as readonly [string, string, string];
}

function askOpenSSL({ ocspUrl, trustPem }: Targets, pem: string, issuer: string): string {
  return openssl([
    ...['ocsp', '-issuer', issuer, '-cert', pem, '-url', ocspUrl, '-no_nonce'],
    ...['-CAfile', trustPem, '-verify_other', issuer],
  ]).text;
}

/** Each must match; openssl writes them to two streams. */
const SAYS: Readonly<Record<Targets['certs'][number]['expect'], readonly RegExp[]>> = {
  good: [/Response verify OK/, /: good/],
  revoked: [/Response verify OK/, /: revoked/],
  unauthorized: [/Responder Error: unauthorized \(6\)/],
};

function expectToSay(text: string, expected: keyof typeof SAYS): void {
  for (const pattern of SAYS[expected]) expect(text).toMatch(pattern);
}

function expectTargetsToBeTrue(targets: Targets): void {
  for (const { pem, issuerPem, expect: expected } of targets.certs)
    expectToSay(askOpenSSL(targets, pem, issuerPem), expected);
}

describeWithTools('npm start that is interrupted while it makes the demo', ['openssl'], () => {
  it.each(['making a demo CA', 'edge is up', 'issuing tsa-02'])(
    'README: Ctrl-C after "%s" ends everything and leaves no process',
    async (line) => {
      demo = start();
      expect(await demo.says(line)).toBe(true);
      expect(await demo.interrupt()).toBe(0);
      expect(demo.output()).toMatch(/stopped\n$/);
      await expectNothingLeft();
    },
  );
});

async function expectNothingLeft(): Promise<void> {
  await eventually(() => demo.left().length === 0);
  expect(await isListening(ports.edgePort)).toBe(false);
  expect(await isListening(ports.signerPort)).toBe(false);
}

describeWithTools('npm start, after it was interrupted', ['openssl'], () => {
  beforeAll(startToTheEnd);

  it('README: what was begun is finished, and what was finished is not made again', async () => {
    const list = await shell(`npx inkan certificate list --state '${layout.signer}' --json`);
    const { certificates } = JSON.parse(list.stdout) as CertificatePage;
    const count = (text: string) => {
      return certificates.filter(({ profile, subject }) => `${profile} ${subject}`.includes(text));
    };
    const tsas = ['Inkan Demo TSA 01', 'Inkan Demo TSA 02', 'Inkan Demo TSA 03'];
    for (const once of ['root-ca ', 'time-stamping-ca ', ...tsas])
      expect(count(once)).toHaveLength(1);
  });

  it('RFC 6960 2.2: the first printed command answers good', async () => {
    const { status, text } = await shell(printedCommands()[0]);
    expectToSay(text, 'good');
    expect(status).toBe(0);
  });

  it('RFC 6960 2.2: the second printed command answers revoked for keyCompromise', async () => {
    const { status, text } = await shell(printedCommands()[1]);
    expectToSay(text, 'revoked');
    expect(text).toContain('Reason: keyCompromise');
    expect(status).toBe(0);
  });

  it('CP 2.2, 9.12.2: its repository has an example CP, and the notice of a change of it', async () => {
    const edge = `http://127.0.0.1:${ports.edgePort}`;
    const json: unknown = JSON.parse(
      new TextDecoder().decode(await fetchBody(`${edge}/repository.json`)),
    );
    const { documents } = must(decodeCatalogue(json, ''), 'catalogue');
    const editions = documents.map(({ name, version, change }) => [name, version, change?.kind]);
    expect(editions).toEqual([
      ['demo-cp', '1.0', undefined],
      ['demo-cp', '1.1', 'minor'],
      ['demo-cp-en', '1.0', undefined],
      ['demo-cp-en', '1.1', 'minor'],
    ]);
    for (const { path, sha256, language } of documents) {
      const bytes = await fetchBody(edge + path);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      const says =
        language === 'ja' ? 'デモンストレーションのための例' : 'example for a demonstration';
      expect(new TextDecoder().decode(bytes)).toContain(says);
    }
  });

  it('README: every name of the demo says that it is one', () => {
    const { certs, trustPem } = readTargets();
    for (const pem of [trustPem, ...certs.flatMap((cert) => [cert.pem, cert.issuerPem])]) {
      const names = new X509Certificate(readFileSync(pem));
      expect(names.subject).toContain('CN=Inkan Demo');
      expect(names.issuer).toContain('CN=Inkan Demo');
    }
  });
});

describeWithTools('targets.json', ['openssl'], () => {
  it('README: it has the agreed fields and no other, and its files exist', () => {
    const file = expect.stringMatching(/^\//);
    const url = expect.stringMatching(/^http:/);
    const targets = readTargets();
    expect(targets).toStrictEqual({
      ocspUrl: url,
      crls: [0, 1].map(() => ({ url, issuerPem: file })),
      caIssuersUrl: [url, url],
      trustPem: file,
      certs: ['good', 'good', 'revoked', 'good', 'unauthorized'].map((expected) => {
        return { pem: file, issuerPem: file, expect: expected };
      }),
      tsa: { certPem: file, keyPem: file, chainPem: file },
      tls: { certPem: file, keyPem: file, ocspUrl: url },
    });
    const strings = JSON.stringify(targets).match(/"[^"]*\.pem"/g) ?? [];
    for (const path of strings.map((text) => JSON.parse(text))) {
      expect(isAbsolute(path)).toBe(true);
      expect(existsSync(path)).toBe(true);
    }
  });

  it('RSP-14: openssl finds each certificate as it says, the forgery unauthorized', () => {
    expectTargetsToBeTrue(readTargets());
  });

  it('README: its forgery is of the issuer by name, and was not signed by it', () => {
    const { certs } = readTargets();
    const forged = certs.find((cert) => cert.expect === 'unauthorized');
    const issuer = new X509Certificate(readFileSync(forged?.issuerPem ?? ''));
    const certificate = new X509Certificate(readFileSync(forged?.pem ?? ''));
    expect(certificate.issuer).toBe(issuer.subject);
    expect(certificate.verify(issuer.publicKey)).toBe(false);
  });

  it('CRL-2, HTTP-12: its URLs give CRLs that verify, and the certificates of the CAs', async () => {
    const { crls, caIssuersUrl } = readTargets();
    for (const [index, { url, issuerPem }] of crls.entries()) {
      const verified = openssl(
        ['crl', '-inform', 'DER', '-noout', '-CAfile', issuerPem],
        await fetchBody(url),
      );
      expect(verified.text).toContain('verify OK');
      const der = new Uint8Array(new X509Certificate(readFileSync(issuerPem)).raw);
      expect(await fetchBody(caIssuersUrl[index] ?? '')).toEqual(der);
    }
  });

  it('RFC 3161 2.4: its TSA key stamps, and openssl verifies the token', () => {
    const { tsa, trustPem } = readTargets();
    // `openssl ts -untrusted` takes a list of files with spaces between them.
    const chain = scratch.write('chain.pem', readFileSync(tsa.chainPem));
    const token = stamp(scratch, { pem: tsa.certPem, key: tsa.keyPem }, chain);
    expect(verifyTimeStamp(token, trustPem, chain).text).toContain('Verification: OK');
  });
});

describeWithTools('the demo that runs', ['openssl', 'chromium'], () => {
  it('README: another start beside it is refused, and it goes on', async () => {
    expect(demo.output()).toContain(READY);
    const another = start();
    expect(await another.ended).toBe(1);
    expect(another.output()).toContain(`inkan: port ${ports.edgePort} on 127.0.0.1 is taken`);
    expect(another.output()).not.toMatch(/^ +at /m);
    expectTargetsToBeTrue(readTargets());
  });

  it('CP 2.2: its pages show what it published, and check its certificates', async () => {
    const { certs } = readTargets();
    const origin = `http://127.0.0.1:${ports.edgePort}`;
    const shown = await browse(origin, [...certs.slice(0, 4).map(({ pem }) => pem)]);
    expect(shown.faults).toEqual([]);
    expect(shown.issued.join()).toContain('Inkan Demo TSA 01');
    expect(shown.links.some((text) => text.includes('PEM'))).toBe(true);
    const expected = certs.slice(0, 4).map(({ pem, expect: status }) => [basename(pem), status]);
    expect([...shown.verdicts]).toEqual(expected);
  });

  it('CP 4.9: after the printed revocation the first question is answered revoked', async () => {
    const [ask, , revoke] = printedCommands();
    const revoked = await shell(revoke);
    expect(revoked.status).toBe(0);
    expect(revoked.text).toMatch(/publication +published/);
    await eventually(async () => (await shell(ask)).text.includes(': revoked'));
    const { text } = await shell(ask);
    expectToSay(text, 'revoked');
    expect(text).toContain('Reason: keyCompromise');
  });

  it('README: Ctrl-C ends everything in order and leaves no process', async () => {
    expect(await demo.interrupt()).toBe(0);
    await expectNothingLeft();
    const audit = readFileSync(`${layout.signer}/audit.jsonl`, 'utf8').trim().split('\n');
    expect(JSON.parse(audit.at(-1) ?? '')).toMatchObject({ type: 'signer-stop' });
  });
});

/** Everything that another start has to leave as it is: not logs, the edge, or what is derived. */
function keptFiles(base: string): Readonly<Record<string, string>> {
  const derived = /^(edge\/|demo\/targets\.json$|demo\/signer\.log$)/;
  return Object.fromEntries(
    Object.entries(contentsOf(base)).filter(([file]) => !derived.test(file)),
  );
}

/** Without what the signer writes as it goes. */
function demoFiles(): Readonly<Record<string, string>> {
  const all = Object.entries(keptFiles(layout.base));
  return Object.fromEntries(all.filter(([file]) => !/^signer\/(signer\.sqlite|audit)/.test(file)));
}

describeWithTools('the second start', ['openssl'], () => {
  let before: Readonly<Record<string, string>>;

  beforeAll(async () => {
    before = demoFiles();
    await startToTheEnd();
  });

  it('README: it goes on with the same certificates, keys and addresses', () => {
    expect(demo.output()).toContain('going on with the demo CA');
    expect(demo.output()).not.toMatch(/making|issuing|revoking/);
    expect(demoFiles()).toEqual(before);
  });

  it('CP 4.9.13: what was revoked stays revoked, and targets.json says so', () => {
    const targets = readTargets();
    expect(targets.certs.map((cert) => cert.expect)).toEqual([
      ...['revoked', 'good', 'revoked', 'good', 'unauthorized'],
    ]);
    expectTargetsToBeTrue(targets);
  });

  it('README: SIGTERM ends everything too', async () => {
    demo.terminate();
    expect(await demo.ended).toBe(0);
    await expectNothingLeft();
  });
});

/** The middle of the file is other than it was; its length is the same. */
function alter(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.indexOf('"time":"20', Math.floor(bytes.length / 2)) + '"time":"20'.length;
  bytes[middle] = bytes[middle] === 0x39 ? 0x38 : 0x39;
  writeFileSync(path, bytes);
}

const halve = (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2));

/** Each does one thing to a copy of the demo's directory that nobody may repair by himself. */
const DAMAGE: readonly (readonly [string, (file: (name: string) => string) => void, RegExp])[] = [
  ['a database cut in half', (file) => halve(file('signer/signer.sqlite')), /signer\.sqlite/],
  [
    'an edited audit log',
    (file) => alter(file('signer/audit.jsonl')),
    /audit log breaks at line \d+/,
  ],
  [
    'no key pinned for the edge',
    (file) => rmSync(file('demo/publication.vkey')),
    /publication\.vkey is missing/,
  ],
  [
    'no state of the signer',
    (file) => rmSync(file('signer'), { recursive: true }),
    /signer is missing/,
  ],
  [
    'ports that cannot be read',
    (file) => writeFileSync(file('demo/ports.json'), '{"edge":1'),
    /ports\.json/,
  ],
];

describeWithTools('npm start on a damaged directory', ['openssl'], () => {
  it.each(DAMAGE)(
    'README: %s is a clear error, and nothing is changed',
    async (name, damage, said) => {
      const copy = demoLayout(scratch.file(name.replaceAll(' ', '-')));
      copyDirectory(layout.base, copy.base);
      damage((file) => join(copy.base, file));
      const before = keptFiles(copy.base);
      const started = startDemo({ directory: copy.base });
      expect(await started.ended).toBe(1);
      const message = started.output().slice(started.output().indexOf('inkan: '));
      expect(message).toMatch(said);
      expect(message).toMatch(/^inkan: [^\n]+\n {2}[^\n]+\n$/);
      expect(keptFiles(copy.base)).toEqual(before);
      await eventually(() => started.left().length === 0);
    },
  );

  it('README: other ports than those in its certificates are refused', async () => {
    const before = keptFiles(layout.base);
    const started = startDemo({ directory: layout.base, edgePort: await freePort() });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('they stand in its certificates');
    expect(keptFiles(layout.base)).toEqual(before);
  });

  it('README: a taken port of a first start is refused before anything is made', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address() as AddressInfo;
    const base = scratch.file('never-made');
    const started = startDemo({ directory: base, edgePort: await freePort(), signerPort: port });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`inkan: port ${port} on 127.0.0.1 is taken`);
    expect(started.output()).toContain('--signer-port');
    expect(contentsOf(base)).toEqual({});
    await new Promise((closed) => taken.close(closed));
  });
});
