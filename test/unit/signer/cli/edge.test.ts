import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../../shared/result.ts';
import { encodePublicationKey } from '../../../../shared/snapshot/head.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { EDGE, edgeOptions } from '../../../../signer/cli/edge.ts';
import { MIRROR, mirrorOptions } from '../../../../signer/cli/mirror.ts';
import type { MirrorError } from '../../../../workers/node/mirror.ts';
import { emptyWorld, parsed, run } from './cli-under-test.ts';

const KEY = {
  name: 'ca.example/snapshot',
  keyHash: Uint8Array.of(1, 2, 3, 4),
  publicKey: new Uint8Array(32).fill(7),
};
const VKEY = encodePublicationKey(KEY);
const environment = {
  INKAN_PUBLICATION_KEY: `${VKEY}\n`,
  TOKEN: 'a token',
  HOOK: 'https://chat.example/secret',
  EMPTY: '',
};
const world = emptyWorld({ environment });
const edge = (...argv: string[]) => edgeOptions(parsed(EDGE, ['/m', ...argv]), world);
const mirror = (...argv: string[]) => mirrorOptions(parsed(MIRROR, ['m', ...argv]), world);

describe('edge', () => {
  it('ADR 5: what is not said has a default', () => {
    expect(edge()).toEqual(
      ok({
        publicationKey: KEY,
        sources: [{ kind: 'directory', path: '/m' }],
        listen: { host: '127.0.0.1', port: 8080 },
        headRereadSeconds: 30,
        memoMaxBytes: 256 * 2 ** 20,
      }),
    );
  });

  it('ADR 5: every option reaches the edge', () => {
    const argv = ['--also', 'https://mirror.example/a/', '--also', 'b', '--listen', '[::]:80'];
    const more = ['--reread', '5', '--memory', '4096', '--alarm-webhook-env', 'HOOK'];
    expect(edge(...argv, ...more, '--publication-key', VKEY)).toEqual(
      ok({
        publicationKey: KEY,
        sources: [
          { kind: 'directory', path: '/m' },
          { kind: 'url', url: 'https://mirror.example/a/' },
          { kind: 'directory', path: '/nowhere/b' },
        ],
        listen: { host: '::', port: 80 },
        headRereadSeconds: 5,
        memoMaxBytes: 2 ** 32,
        alarmWebhook: 'https://chat.example/secret',
      }),
    );
  });

  it.each([
    [['--publication-key', 'x']],
    [['--publication-key', VKEY.slice(0, -2)]],
    [['--also', 'ftp://x']],
    [['--also', 'https://user@x']],
    [['--also', 'https://x/?y']],
    [['--listen', '80']],
    [['--reread', '0']],
    [['--reread', '3601']],
    [['--reread', '1.5']],
    [['--memory', '0']],
    [['--alarm-webhook-env', 'EMPTY']],
    [['--alarm-webhook-env', 'https://chat.example/secret']],
  ])('ADR 5: edge %j is refused', (argv) => {
    expect(edge(...argv)).toMatchObject({ ok: false, error: { exit: 2 } });
  });

  it('ADR 5: without a publication key it does not start', () => {
    const nothing = edgeOptions(parsed(EDGE, ['/m']), emptyWorld());
    expect(nothing).toMatchObject({ ok: false, error: { exit: 2 } });
  });

  it('ADR 5: an address that is taken ends it with 6, and what the edge reports has the time', async () => {
    const ran = await run(['edge', '/m'], {
      environment,
      startEdge: async (_options, report) => {
        report('{"event":"head-missing"}');
        return err({ code: 'listen-failed', reason: 'EADDRINUSE' });
      },
    });
    expect(ran).toMatchObject({ exit: 6, stdout: '' });
    const [event, failure] = ran.stderr.split('\n');
    expect(event).toBe('{"time":"2026-11-23T02:13:20Z","event":"head-missing"}');
    expect(failure).toContain('cannot listen: EADDRINUSE');
  });
});

describe('mirror', () => {
  it('ADR 5: KV comes first, then what --from names; the token is read', () => {
    const kv = ['--kv-url', 'https://api.example/ns/', '--kv-token-env', 'TOKEN'];
    expect(mirror(...kv, '--from', 'https://x/', '--keep', '48')).toEqual(
      ok({
        directory: '/nowhere/m',
        publicationKey: KEY,
        sources: [
          { kind: 'kv', url: 'https://api.example/ns', token: 'a token' },
          { kind: 'url', url: 'https://x/' },
        ],
        keep: 48 * 3600,
      }),
    );
    expect(mirror('--kv-url', 'http://127.0.0.1:1/ns')).toMatchObject({
      value: { sources: [{ token: null }], keep: 86_400 },
    });
  });

  it.each([
    [[]],
    [['--from', 'm']],
    [['--from', 'gopher://x']],
    [['--kv-url', 'https://token@api.example']],
    [['--kv-url', 'api.example']],
    [['--kv-token-env', 'TOKEN', '--from', '/x']],
    [['--kv-url', 'https://x', '--kv-token-env', 'EMPTY']],
    [['--kv-url', 'https://x', '--kv-token-env', 'correct horse']],
    [['--from', '/x', '--keep', '0']],
  ])('ADR 5: mirror %j is refused', (argv) => {
    const refused = mirror(...argv);
    expect(refused).toMatchObject({ ok: false, error: { exit: 2 } });
    expect(JSON.stringify(refused)).not.toContain('correct horse');
  });

  it.each<readonly [MirrorError, number]>([
    [{ code: 'no-head', refused: [] }, 4],
    [{ code: 'no-head', refused: ['head-rollback'] }, 1],
    [{ code: 'blob-unavailable', hash: 'ab' }, 4],
    [{ code: 'snapshot-inconsistent', hash: 'ab' }, 1],
    [{ code: 'directory-foreign' }, 2],
    [{ code: 'directory-failed', reason: 'ENOSPC' }, 2],
  ])('ADR 5: %j ends it with %i', async (error, exit) => {
    const mirror = async () => err(error);
    const ran = await run(['mirror', '/m', '--from', '/x'], { environment, mirror });
    expect(ran).toMatchObject({ exit, stdout: '' });
    expect(ran.stderr).toMatch(/^inkan: [^\n]+; [^\n]+\n$/);
    const json = await run(['mirror', '/m', '--from', '/x', '--json'], { environment, mirror });
    expect(JSON.parse(json.stderr).error.code).toBe(error.code);
  });

  it('ADR 5: a run is told in words and as JSON', async () => {
    const report = {
      ...{ epoch: 7, time: unixSeconds(1_795_400_000), expires: unixSeconds(1_795_407_200) },
      ...{ expired: true, blobs: { total: 9, written: 2, octets: 70 }, removed: 3 },
      files: { total: 4, written: 1, removed: 0, withheld: 1 },
    };
    const mirror = async () => ok(report);
    const text = await run(['mirror', '/m', '--from', '/x'], { environment, mirror });
    expect(text.exit).toBe(0);
    expect(text.stdout).toContain('9, 2 of them new (70 octets)');
    expect(text.stdout).toContain('EXPIRED');
    expect(text.stdout).toContain('1 files outside their window');
    const json = await run(['mirror', '/m', '--from', '/x', '--json'], { environment, mirror });
    expect(JSON.parse(json.stdout)).toEqual({
      ...report,
      time: '2026-11-23T02:13:20Z',
      expires: '2026-11-23T04:13:20Z',
    });
  });
});
