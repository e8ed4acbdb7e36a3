import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { KV_NAMESPACE } from '../../signer/demo/demo-layout.ts';
import { endProcess } from '../../signer/demo/signer-process.ts';
import { sha256 } from '../../signer/issuance/public-key.ts';
import type { DocumentView } from '../../signer/operations/document-views.ts';
import { curl } from '../support/curl.ts';
import { type Hierarchy, type IssuedTSA, startHierarchy } from '../support/hierarchy.ts';
import { ocspRequestByOpenSSL, openssl, ScratchDirectory } from '../support/openssl.ts';
import { startStaticHost } from '../support/static-host.ts';
import { describeWithTools } from '../support/tools.ts';

const CLI = join(import.meta.dirname, '../../signer/cli.ts');

let scratch: ScratchDirectory;
let directory: string;
let pki: Hierarchy;
let good: IssuedTSA;
let revoked: IssuedTSA;
let own: RunningEdge;
let overHTTP: RunningEdge;
let host: ChildProcess;

interface RunningEdge {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<unknown>;
}

interface End {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `inkan …` without a state directory: the machine of a mirror has none. */
function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, INKAN_PUBLICATION_KEY: pki.ca.publicationKey };
  return spawn(process.execPath, [CLI, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
}

async function inkan(...args: readonly string[]): Promise<End> {
  return ended(start(args));
}

async function ended(child: ChildProcess): Promise<End> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const [status] = await once(child, 'close');
  return { status, ...said };
}

async function startEdge(source: string): Promise<RunningEdge> {
  const child = start(['edge', source, '--listen', '127.0.0.1:0', '--reread', '1']);
  let said = '';
  const ready = new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /"type":"edge-ready","url":"([^"]+)"/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return { child, url: await ready, ended: once(child, 'exit') };
}

function kvURL(): string {
  return `${pki.ca.edge}/cdn-cgi/local/explorer/api/storage/kv/namespaces/${KV_NAMESPACE}`;
}

const mirrorTo = (to: string) => inkan('mirror', to, '--kv-url', kvURL());

/** Serves the mirror from this process; `onRequest` is called before each answer. */
async function serveFiles(onRequest: () => void): Promise<{ server: Server; url: string }> {
  const server = createServer(({ url = '' }, response) => {
    onRequest();
    response.end(readFileSync(join(directory, url)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

beforeAll(async () => {
  scratch = new ScratchDirectory();
  directory = mkdtempSync(join(tmpdir(), 'inkan-mirror-'));
  pki = await startHierarchy({ keys: 'fast' });
  [good, revoked] = await Promise.all([pki.issue('good'), pki.issue('revoked')]);
  await pki.revoke(revoked.serialNumber, 'superseded');
  await pki.untilServed();
  const first = await mirrorTo(directory);
  if (first.status !== 0) throw new Error(first.stderr);
  const { child, url } = await startStaticHost(directory);
  host = child;
  [own, overHTTP] = await Promise.all([startEdge(directory), startEdge(url)]);
});
afterAll(async () => {
  for (const child of [own?.child, overHTTP?.child, host]) if (child) await endProcess(child);
  await pki?.close();
  rmSync(directory, { recursive: true, force: true });
});

const EDGES = [
  ['the Worker', () => pki.ca.edge],
  ['inkan edge over a directory', () => own.url],
  ['inkan edge over http', () => overHTTP.url],
] as const;

describeWithTools('relying parties', ['openssl', 'curl'], () => {
  it.each(EDGES)('REQ-1: openssl verifies good and revoked from %s', (_, url) => {
    const ask = (certificate: IssuedTSA) =>
      openssl([
        ...['ocsp', '-issuer', pki.subCA, '-cert', certificate.pem, '-url', url()],
        ...['-CAfile', pki.root, '-verify_other', pki.subCA, '-no_nonce'],
      ]).text;
    for (const [certificate, status] of [
      [good, 'good.pem: good'],
      [revoked, 'revoked.pem: revoked'],
    ] as const) {
      const text = ask(certificate);
      expect(text).toContain('Response verify OK');
      expect(text).toContain(status);
    }
  });

  it('HTTP-11: openssl verifies the CRL among the plain files', async () => {
    const { url } = await pki.ca.inkanJSON<{ url: string }>('crl', 'show', 'time-stamping-ca');
    const file = join(directory, 'files', new URL(url).pathname);
    const checked = openssl(['crl', '-in', file, '-inform', 'DER', '-CAfile', pki.chain, '-noout']);
    expect(checked.text).toContain('verify OK');
    expect(Buffer.from(curl(url).body).equals(readFileSync(file))).toBe(true);
  });

  it('ADR 1: the Worker and inkan edge say the same, headers included', async () => {
    const { url: crl } = await pki.ca.inkanJSON<{ url: string }>('crl', 'show', 'root-ca3');
    const path = new URL(crl).pathname;
    const asked = ['-issuer', pki.subCA, '-no_nonce'];
    const der = ocspRequestByOpenSSL(scratch, [...asked, '-cert', revoked.pem]);
    const stranger = ocspRequestByOpenSSL(scratch, [...asked, '-serial', '0x1234']);
    const base64 = Buffer.from(der).toString('base64');
    const post = (body: Uint8Array) => ['--data-binary', `@${scratch.write('body.der', body)}`];
    const requests: readonly (readonly [string, ...string[]])[] = [
      [`/${encodeURIComponent(base64)}`],
      [`/${base64}`],
      [`//${base64}`],
      [`/${base64.slice(1)}`],
      [`/${base64}`, '--head'],
      [`/${base64}`, '--header', 'If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT'],
      ['/', ...post(der)],
      ['/', ...post(stranger)],
      ['/', ...post(new Uint8Array(10_001))],
      [path],
      [path, '--head'],
      [path, '--range', '3-9'],
      [path, '--header', 'Range: bytes=99999999-'],
      [path, '--request', 'DELETE'],
      ['/none.crl'],
      ['/repository.json'],
      ['/radar.json?since=0'],
    ];
    for (const [target, ...options] of requests) {
      const [worker, directoryEdge, httpEdge] = EDGES.map(([, url]) => {
        const { status, headers, body } = curl(url() + target, ...options);
        const kept = [...headers].filter(([name]) => !PER_CONNECTION.has(name)).sort();
        // curl writes the headers of a HEAD in place of a body.
        const sent = options.includes('--head') ? 'none' : hexFromBytes(body);
        return { target, options, status, kept, sent };
      });
      expect(directoryEdge).toEqual(worker);
      expect(httpEdge).toEqual(worker);
    }
  });
});

/** The clock's and the connection's; max-age counts down with the clock. */
const PER_CONNECTION: ReadonlySet<string> = new Set([
  ...['date', 'expires', 'cache-control'],
  ...['connection', 'keep-alive', 'transfer-encoding'],
]);

describe('a mirror beside a running CA', () => {
  it('RSP-10: what is revoked shows at the edge of the mirror after its next run', async () => {
    const late = await pki.issue('late');
    await pki.revoke(late.serialNumber, 'keyCompromise');
    await pki.untilServed();
    const run = await mirrorTo(directory);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const { blobs, epoch } = JSON.parse(run.stdout);
    expect(epoch).toBeGreaterThan(3);
    expect(blobs.written).toBeGreaterThan(0);
    expect(blobs.written).toBeLessThan(blobs.total);
    const asked = ['-issuer', pki.subCA, '-no_nonce', '-cert', late.pem];
    const body = ocspRequestByOpenSSL(scratch, asked).slice();
    const answer = async () => {
      const response = await fetch(own.url, { method: 'POST', body });
      return hexFromBytes(new Uint8Array(await response.arrayBuffer()));
    };
    await expect.poll(answer, { timeout: 20_000 }).toMatch(/^3082/);
  });

  it('ADR 1: killed at any blob it leaves no head, and the next run ends the work', async () => {
    for (const at of [2, 5]) {
      const to = mkdtempSync(join(tmpdir(), 'inkan-killed-'));
      let asked = 0;
      let child: ChildProcess | undefined;
      const { server, url } = await serveFiles(() => {
        if (++asked === at) child?.kill('SIGKILL');
      });
      child = start(['mirror', to, '--from', url]);
      await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      expect(existsSync(join(to, 'head'))).toBe(false);
      server.close();
      server.closeAllConnections();
      expect(await inkan('mirror', to, '--from', directory)).toMatchObject({ status: 0 });
      expect(readFileSync(join(to, 'head'))).toEqual(readFileSync(join(directory, 'head')));
      rmSync(to, { recursive: true });
    }
  });

  it('ADR 5: exit codes: 6 when the port is taken, 4 without a head, 1 for a head of another key', async () => {
    const port = new URL(own.url).port;
    const taken = await inkan('edge', directory, '--listen', `127.0.0.1:${port}`);
    expect(taken).toMatchObject({ status: 6, stdout: '' });
    expect(JSON.parse(taken.stderr).error.code).toBe('listen-failed');
    const to = join(directory, 'not-made');
    const nothing = await inkan('mirror', to, '--from', join(directory, 'blob'));
    expect(nothing.status).toBe(4);
    const other = 'test.example/snapshot+00000000+AdGq+kX0pbR7VPKHY3FjzZP+Y5K2W0sK0uV2bB0cV7Qn';
    const foreign = await inkan('mirror', to, '--from', directory, '--publication-key', other);
    expect(foreign.status).toBe(1);
    expect(existsSync(join(to, 'head'))).toBe(false);
  });

  it('ADR 5: SIGTERM ends the edge in good order', async () => {
    const edge = await startEdge(directory);
    expect(curl(`${edge.url}/healthz`).status).toBe(200);
    edge.child.kill('SIGTERM');
    expect(await edge.ended).toEqual([0, null]);
  });
});

describe('a document', () => {
  it('CP 9.12.2: a document is at the Worker and at the edge of the mirror, until it is withdrawn', async () => {
    const text = '証明書ポリシー 5.08\n'.repeat(80_000);
    const file = scratch.write('cp-5.08.txt', text);
    const facts = ['--kind', 'certificate-policy', '--title', 'CP', '--language', 'ja'];
    const edition = ['--name', 'tsa-cp', '--edition', '5.08', '--effective', '2025-11-01'];
    const added = await pki.ca.inkanJSON<DocumentView>(
      'document',
      'add',
      file,
      ...edition,
      ...facts,
    );
    expect(added).toMatchObject({ state: 'announced', publication: { state: 'published' } });
    await pki.untilServed();
    const { pathname } = new URL(added.url);
    expect(hexFromBytes(sha256(curl(pki.ca.edge + pathname).body))).toBe(added.sha256);
    await mirrorTo(directory);
    const fetched = async () => (await fetch(own.url + pathname)).status;
    await expect.poll(fetched, { timeout: 20_000 }).toBe(200);
    expect(new TextDecoder().decode(curl(own.url + pathname).body)).toBe(text);
    const { documents } = JSON.parse(
      new TextDecoder().decode(curl(`${own.url}/repository.json`).body),
    );
    expect(documents).toMatchObject([{ path: pathname, sha256: added.sha256 }]);

    const again = await pki.ca.inkan('document', 'add', file, ...edition, ...facts);
    expect([again.status, JSON.parse(again.stderr).error.code]).toEqual([1, 'document-exists']);
    const withdrawal = ['document', 'withdraw', 'tsa-cp', '5.08', '--reason', 'a test', '--yes'];
    expect(await pki.ca.inkanJSON(...withdrawal)).toMatchObject({ state: 'withdrawn' });
    await pki.untilServed();
    expect(curl(pki.ca.edge + pathname).status).toBe(404);
    const list = await pki.ca.inkanJSON<{ documents: unknown }>('document', 'show', 'tsa-cp');
    expect(list.documents).toMatchObject([{ state: 'withdrawn', withdrawn: { reason: 'a test' } }]);
  });
});
