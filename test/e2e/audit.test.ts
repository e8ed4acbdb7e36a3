import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hierarchy, type IssuedTSA, startHierarchy } from '../support/hierarchy.ts';
import { describeWithOpenSSL, opensslOk } from '../support/openssl.ts';
import type { RunningSigner } from '../support/running-ca.ts';

const CLI = join(import.meta.dirname, '../../signer/cli.ts');

interface Verdict {
  readonly status: number | null;
  readonly report: Readonly<Record<string, unknown>>;
}

/** Where nothing but the files is: no state directory, no signer. */
function verify(file: string, ...options: readonly string[]): Verdict {
  const args = [CLI, 'audit', 'verify', file, '--json', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
  });
  return { status, report: JSON.parse(status === 0 ? stdout : stderr) };
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

const isEvent = (line: string) => line.startsWith('{"previous":"');

/** The chain made anew from a line on, as somebody with every right on the machine would. */
function rechained(lines: readonly string[]): readonly string[] {
  let previous = '0'.repeat(64);
  return lines.map((line) => {
    if (!isEvent(line)) return line;
    const forged = line.replace(/^\{"previous":"[0-9a-f]{64}"/, `{"previous":"${previous}"`);
    previous = createHash('sha256').update(forged).digest('hex');
    return forged;
  });
}

let pki: Hierarchy;
let signer: RunningSigner;
let tsa: IssuedTSA;
let early = '';
let exported = '';
let heads = '';
let certificates = '';
let oldLog = '';
const auditFile = () => join(pki.ca.layout.signer, 'audit.jsonl');

beforeAll(async () => {
  pki = await startHierarchy({ keys: 'fast' });
  tsa = await pki.issue('TSA 1');
  await pki.untilServed();
  early = pki.ca.file('early.jsonl');
  await pki.ca.inkanJSON('audit', 'export', early);
  await pki.signer.end();
  oldLog = pki.ca.file('old-audit.jsonl');
  copyFileSync(auditFile(), oldLog);
  // What an auditor took away then: the newest head, and its root under its hash.
  heads = pki.ca.file('heads');
  mkdirSync(join(heads, 'blob'), { recursive: true });
  const newest = linesOf(early).findLast((line) => line.startsWith('{"head":')) ?? '';
  const { head, root } = JSON.parse(newest).head;
  writeFileSync(join(heads, 'head'), head);
  const octets = Buffer.from(root, 'base64');
  writeFileSync(join(heads, 'blob', createHash('sha256').update(octets).digest('hex')), octets);
  const config = join(pki.ca.layout.signer, 'config.json');
  const fields = JSON.parse(readFileSync(config, 'utf8'));
  writeFileSync(config, JSON.stringify({ ...fields, audit: { segmentOctets: 4_096 } }));
  signer = await pki.ca.startSigner();
  await pki.issue('TSA 2');
  await pki.revoke(tsa.serialNumber, 'superseded');
  await pki.untilServed();
  exported = pki.ca.file('audit.export');
  await pki.ca.inkanJSON('audit', 'export', exported);
  certificates = pki.ca.file('certificates');
  mkdirSync(certificates);
  for (const [name, file] of [
    ['root', pki.root],
    ['sub', pki.subCA],
    ['tsa', tsa.pem],
  ] as const)
    copyFileSync(file, join(certificates, `${name}.pem`));
});
afterAll(() => pki?.close());

const key = () => ['--publication-key', pki.ca.publicationKey];
let copies = 0;

function altered(alter: (lines: string[]) => readonly string[]): string {
  copies += 1;
  const file = pki.ca.file(`altered-${copies}`);
  writeFileSync(
    file,
    alter([...linesOf(exported)])
      .map((line) => `${line}\n`)
      .join(''),
  );
  return file;
}

/** Where in the file the line of the log with this number stands. */
const at = (lines: readonly string[], line: number) => lines.findIndex(isEvent) + line - 1;

const LINE = 20;

describeWithOpenSSL('an export of the audit log', () => {
  it('CP 5.4.4: an export is proved by its chain, the signed heads and the certificates, without the signer', () => {
    const { status, report } = verify(
      exported,
      ...[...key(), '--head', heads, '--certificates', certificates],
    );
    expect(status).toBe(0);
    const events = linesOf(exported).filter(isEvent);
    expect(report).toMatchObject({
      ...{ first: 1, last: events.length, publicationKeyPinned: true, notices: [] },
      // Root, sub-CA, two responders, two subscribers; the three files besides.
      ...{ certificates: 6, certificatesHeld: 9 },
    });
    expect(report['hash']).toBe(
      createHash('sha256')
        .update(events.at(-1) ?? '')
        .digest('hex'),
    );
    expect(Number(report['provedUpTo'])).toBeGreaterThan(events.length / 2);
  });

  it('CP 5.5.7: what the signer exports is what its files hold, whatever segments they are in', () => {
    const folder = join(pki.ca.layout.signer, 'audit');
    const files = readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
    expect(files.length).toBeGreaterThan(1);
    const events = linesOf(exported).filter(isEvent);
    const held = [...files, auditFile()].flatMap((file) => linesOf(file)).slice(0, events.length);
    expect(events).toEqual(held);
    expect(linesOf(oldLog).length).toBeGreaterThan(10);
    expect(events.slice(0, linesOf(oldLog).length)).toEqual(linesOf(oldLog));
  });
});

describeWithOpenSSL('an export that was changed', () => {
  it.each([
    [
      'one octet of a line is changed',
      (lines: string[]) => {
        const place = at(lines, LINE);
        const line = lines[place] ?? '';
        return lines.with(
          place,
          line.replace(/.(?="\}?$|\}$)/, (octet) => (octet === '0' ? '1' : '0')),
        );
      },
      LINE + 1,
      'chain-broken',
    ],
    [
      'a line is taken out',
      (lines: string[]) => lines.toSpliced(at(lines, LINE), 1),
      LINE,
      'chain-broken',
    ],
    [
      'two lines are swapped',
      (lines: string[]) => {
        const place = at(lines, LINE);
        return lines.toSpliced(place, 2, lines[place + 1] ?? '', lines[place] ?? '');
      },
      LINE,
      'chain-broken',
    ],
    [
      'a line is put in',
      (lines: string[]) => lines.toSpliced(at(lines, LINE), 0, lines[at(lines, LINE - 1)] ?? ''),
      LINE,
      'chain-broken',
    ],
    [
      'a line is no JSON',
      (lines: string[]) => lines.with(at(lines, LINE), '{"previous":'),
      LINE,
      'entry-malformed',
    ],
  ] as const)('CP 5.4.4: when %s, the line is named', (_what, alter, line, code) => {
    const { status, report } = verify(altered(alter), ...key());
    expect([status, report['error']]).toEqual([1, expect.objectContaining({ code, line })]);
  });
});

describeWithOpenSSL('an export that was made anew', () => {
  it('CP 5.4.4: when the end is cut off, the first line that is missing is named', () => {
    const cut = altered((lines) =>
      lines.filter((line, index) => !isEvent(line) || index < at(lines, 30)),
    );
    const { status, report } = verify(cut, ...key());
    expect([status, report['error']]).toEqual([
      1,
      expect.objectContaining({ code: 'log-too-short', line: 30 }),
    ]);
  });

  it('CP 5.4.4: when a line is forged and the chain made anew, the heads tell from which line on', () => {
    const forged = altered((lines) => {
      const place = at(lines, LINE);
      return rechained(
        lines.with(place, (lines[place] ?? '').replace(/"time":"20../, '"time":"2025')),
      );
    });
    const { status, report } = verify(forged, ...key());
    expect([status, report['error']]).toEqual([
      1,
      expect.objectContaining({ code: 'checkpoint-differs' }),
    ]);
    const { line } = report['error'] as { line: number };
    expect(line).toBeLessThanOrEqual(LINE);
  });

  it('CP 5.4.4: heads in the file that are left out do not help: one that an auditor holds tells it', () => {
    const place = (lines: readonly string[]) => at(lines, 12);
    const forged = altered((lines) =>
      rechained(
        lines.with(
          place(lines),
          (lines[place(lines)] ?? '').replace(/"time":"20../, '"time":"2025'),
        ),
      ).filter((line) => !line.startsWith('{"head":')),
    );
    expect(verify(forged, ...key()).status).toBe(0);
    const { status, report } = verify(forged, ...key(), '--head', heads);
    expect([status, report['error']]).toEqual([
      1,
      expect.objectContaining({ code: 'checkpoint-differs', line: 1 }),
    ]);
  });
});

describeWithOpenSSL('an export and what others hold', () => {
  it('CP 5.4.4: a line that is forged after the newest head shows where nothing proves the log any more', () => {
    const before = verify(exported, ...key()).report;
    const forged = altered((lines) => {
      const end = at(lines, Number(before['last'])) + 1;
      const { first, last, ...header } = JSON.parse(lines[0] ?? '');
      const event = '{"previous":"","time":"2026-11-23T04:00:00Z","type":"signer-stop"}';
      const longer = JSON.stringify({
        format: header.format,
        exportedAt: header.exportedAt,
        publicationKey: header.publicationKey,
        first,
        last: last + 1,
        size: last + 1,
      });
      const whole = [
        longer,
        ...lines.slice(1, end),
        event.replace('""', `"${'0'.repeat(64)}"`),
        ...lines.slice(end, -1),
      ];
      return rechained([...whole, JSON.stringify({ end: { last: last + 1 } })]);
    });
    const { status, report } = verify(forged, ...key());
    expect(status).toBe(0);
    expect([report['last'], report['provedUpTo']]).toEqual([
      Number(before['last']) + 1,
      before['provedUpTo'],
    ]);
  });

  it('CP 5.4.4: an export from before a head that somebody holds is too short', () => {
    const later = pki.ca.file('later');
    mkdirSync(join(later, 'blob'), { recursive: true });
    const newest = linesOf(exported).findLast((line) => line.startsWith('{"head":')) ?? '';
    const { head, root } = JSON.parse(newest).head;
    const octets = Buffer.from(root, 'base64');
    writeFileSync(join(later, 'head'), head);
    writeFileSync(join(later, 'blob', createHash('sha256').update(octets).digest('hex')), octets);
    const { status, report } = verify(early, ...key(), '--head', later);
    expect([status, report['error']]).toEqual([
      1,
      expect.objectContaining({ code: 'log-too-short' }),
    ]);
  });
});

describeWithOpenSSL('certificates beside an export', () => {
  it('CP 5.4.1: a certificate with the serial number of another, or with none of the log, is found', () => {
    const folder = pki.ca.file('forged');
    mkdirSync(folder);
    const forge = (serial: string) =>
      opensslOk([
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...[
          '-keyout',
          pki.ca.file('forged.key'),
          '-subj',
          '/CN=forged',
          '-set_serial',
          `0x${serial}`,
        ],
        ...['-out', join(folder, 'forged.pem')],
      ]);
    forge(tsa.serialNumber);
    const same = verify(exported, ...key(), '--certificates', folder).report['error'];
    expect(same).toMatchObject({ code: 'certificate-differs' });
    forge('7fffffff');
    const other = verify(exported, ...key(), '--certificates', folder).report['error'];
    expect(other).toMatchObject({ code: 'certificate-not-in-log' });
  });

  it('CP 5.4.4: what another publication key signed is no witness, and a file that is no export none either', () => {
    const other = 'ca.example/snapshot+f1ff7e47+AX1MsH1QzbcSSoIlLBjGsg4LwwSgD5sBH7V4b6JUgx+h';
    expect(verify(exported, '--publication-key', other).status).toBe(9);
    expect(verify(tsa.pem, ...key()).status).toBe(9);
    expect(verify(exported).report).toMatchObject({ publicationKeyPinned: false });
  });

  it('CP 5.4.2: events are shown by type, certificate and time, the newest last', async () => {
    const shown = await pki.ca.inkanJSON<{ events: { line: number; event: { type: string } }[] }>(
      ...['audit', 'show', '--serial', tsa.serialNumber, '--limit', '10'],
    );
    expect(shown.events.map(({ event }) => event.type)).toEqual(['issuance', 'revocation']);
    const events = linesOf(exported).filter(isEvent);
    for (const { line, event } of shown.events)
      expect(JSON.parse(events[line - 1] ?? '')).toEqual(event);
    const starts = await pki.ca.inkanJSON<{ events: object[] }>(
      'audit',
      'show',
      '--type',
      'signer-start',
    );
    expect(starts.events.length).toBe(2);
    const none = await pki.ca.inkanJSON<{ events: object[] }>(
      ...['audit', 'show', '--until', '2001-01-01T00:00:00Z'],
    );
    expect(none.events).toEqual([]);
  });
});

describeWithOpenSSL('what an auditor asks', () => {
  it('CP 5.4.4: a part is proved by the heads that lie in it', async () => {
    const part = pki.ca.file('part.jsonl');
    await pki.ca.inkanJSON('audit', 'export', part, '--from', '15', '--to', '40');
    expect(verify(part, ...key())).toMatchObject({ status: 0, report: { first: 15, last: 40 } });
    const lines = linesOf(part);
    const changed = lines.with(
      at(lines, 10),
      (lines[at(lines, 10)] ?? '').replace(/"time":"20../, '"time":"2025'),
    );
    writeFileSync(`${part}.2`, changed.map((line) => `${line}\n`).join(''));
    expect(verify(`${part}.2`, ...key())).toMatchObject({
      status: 1,
      report: { error: { line: 25 } },
    });
  });

  it('CP 5.4.4: the log of a stopped signer is proved where it lies, and an older copy does not start', async () => {
    await signer.end();
    const state = pki.ca.layout.signer;
    expect(verify('-', '--state', state).status).toBe(0);
    const newest = readFileSync(auditFile());
    const folder = join(state, 'audit');
    const closed = readdirSync(folder).map(
      (name) => [name, readFileSync(join(folder, name))] as const,
    );
    rmSync(folder, { recursive: true });
    copyFileSync(oldLog, auditFile());
    const refused = await pki.ca.inkan('serve');
    expect([refused.status, refused.stderr]).toEqual([
      6,
      expect.stringContaining('audit-log-behind'),
    ]);
    expect(verify('-', '--state', state).report['error']).toMatchObject({
      code: 'log-too-short',
      line: linesOf(oldLog).length + 1,
    });
    mkdirSync(folder);
    for (const [name, octets] of closed) writeFileSync(join(folder, name), octets);
    writeFileSync(auditFile(), newest);
    expect(existsSync(join(folder, '000001.jsonl'))).toBe(true);
    const again = await pki.ca.startSigner();
    await again.end();
  });
});
