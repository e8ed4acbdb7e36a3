import { beforeAll, describe, expect, it } from 'vitest';
import { createPublisher, NOW, type TestPublisher } from '../support/edge-snapshot.ts';
import { createCA, repositoryContent, type TestCA } from '../support/repository-snapshot.ts';
import { type Edge, openEdge, publish } from './edge.ts';
import { seePage } from './page-texts.ts';

const PROGRAM = '// 印鑑\nexport {};\n';
/** From `printf '// 印鑑\nexport {};\n' | sha256sum`. */
const PATH = '/check.e9c6af22c1b28402.js';
const NEVER_KEPT = 'no-store, max-age=0';

let publisher: TestPublisher;
let ca: TestCA;

beforeAll(async () => {
  publisher = await createPublisher();
  ca = await createCA('root', 'Test Root', NOW);
  await publish(publisher, await repositoryContent({ ca, now: NOW, issued: [] }));
});

function edgeWith(load: () => Promise<string>): Edge {
  return openEdge(publisher, { loadCheckProgram: load });
}

describe('the page on which certificates are checked', () => {
  it('ADR 16: its program has its own hash for an address, and is kept for a year', async () => {
    const edge = edgeWith(async () => PROGRAM);
    const { html } = await seePage(edge.fetch('/check.html'));
    expect(html).toContain(`<script type="module" src="${PATH}"></script>`);
    const program = await edge.fetch(PATH);
    expect(program.status).toBe(200);
    expect(program.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(program.headers.get('cache-control')).toMatch(/^max-age=31536000, public/);
    expect(program.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await program.text()).toBe(PROGRAM);
  });
});

describe('the program of the check page while versions change', () => {
  it('ADR 16: a page of a neighbouring version gets this program, and nobody keeps it', async () => {
    const edge = edgeWith(async () => PROGRAM);
    for (const init of [{}, { headers: { 'if-none-match': '"other"' } }]) {
      const other = await edge.fetch('/check.0123456789abcdef.js', init);
      expect([other.status, other.headers.get('cache-control')]).toEqual([200, NEVER_KEPT]);
      expect(other.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(await other.text()).toBe(PROGRAM);
    }
  });

  it('ADR 16: no other address has a program, and no address has one where there is none', async () => {
    const edge = edgeWith(async () => PROGRAM);
    const none = edgeWith(() => Promise.reject(new Error('not built')));
    const addresses = [
      [edge, '/check.js'],
      [edge, '/check.0123456789abcde.js'],
      [edge, '/program.txt'],
      [none, '/check.0123456789abcdef.js'],
    ] as const;
    for (const [asked, path] of addresses) {
      const response = await asked.fetch(path);
      expect([path, response.status]).toEqual([path, 404]);
      await response.text();
    }
  });

  it('ADR 16: the page has every element that a neighbouring program looks for', async () => {
    const { html } = await seePage(edgeWith(async () => PROGRAM).fetch('/check.html'));
    // Fixed: before one goes, a program that does without it has to be everywhere.
    for (const [id, tag] of [
      ['check', 'form'],
      ['check-files', 'input'],
      ['check-pasted', 'textarea'],
      ['check-progress', 'p'],
      ['check-results', 'section'],
    ])
      expect(html).toContain(`<${tag} id="${id}"`);
  });
});

describe('the program of the check page and its edge', () => {
  it('ADR 16: it is loaded when the page is asked for, once, and never for OCSP', async () => {
    let loads = 0;
    const edge = edgeWith(async () => {
      loads++;
      return PROGRAM;
    });
    await (await edge.post(new Uint8Array([0x30, 0]))).arrayBuffer();
    await (await edge.fetch('/status.html')).text();
    expect(loads).toBe(0);
    for (let i = 0; i < 3; i++) await (await edge.fetch('/check.html')).text();
    await (await edge.fetch(PATH)).text();
    expect(loads).toBe(1);
  });

  it('ADR 16: an edge without the program says so and how to check by hand', async () => {
    let built = false;
    const edge = edgeWith(async () => {
      if (!built) throw new Error('not built');
      return PROGRAM;
    });
    const without = await seePage(edge.fetch('/check.html'));
    expect(without.status).toBe(200);
    expect(without.html).not.toContain('<script');
    expect(without.html).toContain('Check with openssl instead');
    expect(without.headers.get('content-security-policy')).not.toContain('script-src');
    expect(edge.log.join()).toContain('check program: not built');
    built = true;
    expect((await seePage(edge.fetch('/check.html'))).html).toContain(PATH);
  });

  it.each([
    ['en', 'What you choose stays on this computer.'],
    ['ja', '選んだファイルはこのコンピューターから出ません。'],
  ])('CP 2.2: in %s it says that nothing is uploaded', async (language, text) => {
    const edge = edgeWith(async () => PROGRAM);
    const { html } = await seePage(edge.fetch(`/check.html?lang=${language}`));
    expect(html).toContain(text);
    expect(html).toContain('<noscript>');
  });
});
