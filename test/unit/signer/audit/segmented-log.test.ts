import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { openAuditLog } from '../../../../signer/audit/audit-log.ts';
import { hashAt } from '../../../../signer/audit/line-at.ts';
import {
  openSegmentedLog,
  type SegmentedLog,
  type SegmentedLogError,
} from '../../../../signer/audit/segmented-log.ts';
import { hexOf } from '../../../support/octets.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();
const clock = () => unixSeconds(1_795_406_400);
/** Three or four events each. */
const options = { segmentOctets: 500, checkpoint: () => undefined };
let logs = 0;

function newPath(): string {
  logs += 1;
  const folder = scratch.file(`log-${logs}`);
  mkdirSync(folder);
  return join(folder, 'audit.jsonl');
}

function open(path: string, checkpoint = options.checkpoint): SegmentedLog {
  return must(openSegmentedLog(path, clock, { ...options, checkpoint }), 'audit log');
}

function filled(events = 12): string {
  const path = newPath();
  const log = open(path);
  for (let epoch = 1; epoch <= events; epoch++) log.append({ type: 'epoch-published', epoch });
  log.close();
  return path;
}

function closed(path: string, number: number): string {
  return join(dirname(path), 'audit', `00000${number}.jsonl`);
}

/** Every line of all files, worked out without the code under test. */
function allLines(path: string): readonly string[] {
  const files: string[] = [];
  for (let n = 1; existsSync(closed(path, n)); n++) files.push(closed(path, n));
  return [...files, path].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
}

function brokenLinks(lines: readonly string[]): number {
  let previous = '0'.repeat(64);
  return lines.filter((line) => {
    const follows = JSON.parse(line).previous === previous;
    previous = createHash('sha256').update(line).digest('hex');
    return !follows;
  }).length;
}

function problemOf(path: string): SegmentedLogError | undefined {
  const opened = openSegmentedLog(path, clock, options);
  if (!opened.ok) return opened.error;
  opened.value.close();
  return undefined;
}

describe('a log in segments', () => {
  it('CP 5.4.4: one chain goes through all files, and each but the first says how many lines are before it', () => {
    const path = filled();
    const lines = allLines(path);
    expect(brokenLinks(lines)).toBe(0);
    const starts = lines.flatMap((line, index) => {
      const event = JSON.parse(line);
      return event.type === 'segment-start' ? [[event.number, event.before, index]] : [];
    });
    expect(starts.length).toBeGreaterThan(2);
    for (const [number, before, index] of starts) {
      expect(before).toBe(index);
      expect(readFileSync(closed(path, (number ?? 0) - 1), 'utf8').endsWith('\n')).toBe(true);
    }
    expect(lines.filter((line) => line.includes('epoch-published')).length).toBe(12);
  });

  it('ADR 20: the checkpoint counts the lines of all files, also after it was opened again', () => {
    const path = filled();
    const lines = allLines(path);
    const log = open(path);
    const { size, hash } = log.checkpoint();
    expect(size).toBe(lines.length);
    expect(hexOf(hash)).toBe(
      createHash('sha256')
        .update(lines.at(-1) ?? '')
        .digest('hex'),
    );
    for (const line of [1, 5, lines.length]) {
      const expected = createHash('sha256')
        .update(lines[line - 1] ?? '')
        .digest('hex');
      expect(hashAt(path, line)).toBe(expected);
    }
    expect(hashAt(path, lines.length + 1)).toBeUndefined();
    log.close();
  });

  it('ADR 20: the one file of a log from before is taken as the first segment', () => {
    const path = newPath();
    const before = must(openAuditLog(path, clock), 'a log of one file');
    for (let epoch = 1; epoch <= 9; epoch++) before.append({ type: 'epoch-published', epoch });
    before.close();
    const log = open(path);
    log.append({ type: 'signer-stop' });
    log.close();
    expect(readFileSync(closed(path, 1), 'utf8').split('\n').length - 1).toBe(9);
    expect(brokenLinks(allLines(path))).toBe(0);
    expect(allLines(path).length).toBe(11);
  });

  it('ADR 20: at start no closed file is read but its last line', () => {
    const path = filled();
    const text = readFileSync(closed(path, 1), 'utf8');
    writeFileSync(closed(path, 1), text.replace('"epoch":1', '"epoch":9'));
    expect(problemOf(path)).toBeUndefined();
  });
});

describe('key use', () => {
  const signing = (keyLabel: string, count: number) =>
    ({ type: 'signing', artifact: 'ocsp', keyLabel, tbsSha256: '00'.repeat(32), count }) as const;

  it('CP 5.4.1: signatures are counted for each key and artifact, over segments and starts', () => {
    const path = newPath();
    const log = open(path);
    for (let i = 0; i < 8; i++) log.append(signing('key-a', 2));
    log.append({ type: 'live-answers', keyLabel: 'key-b', count: 5, tbsSha256: '' });
    log.close();
    const again = open(path);
    again.append(signing('key-a', 1));
    expect(again.keyUse()).toEqual([
      { keyLabel: 'key-a', artifact: 'ocsp', count: 17 },
      { keyLabel: 'key-b', artifact: 'live-ocsp', count: 5 },
    ]);
    again.close();
  });

  it('CP 5.4.1: only what changed since the last key-use event is told again', () => {
    const path = newPath();
    const log = open(path);
    log.append(signing('key-a', 2));
    const counts = log.takeChangedKeyUse();
    expect(counts).toEqual([{ keyLabel: 'key-a', artifact: 'ocsp', count: 2 }]);
    log.append({ type: 'key-use', counts });
    expect(log.takeChangedKeyUse()).toEqual([]);
    log.close();
    const again = open(path);
    expect(again.takeChangedKeyUse()).toEqual([]);
    expect(again.keyUse()).toEqual(counts);
    again.close();
  });
});

class Stopped extends Error {}

describe('a stop while a segment is closed', () => {
  it.each(['audit: next segment written', 'audit: segment linked', 'audit: segment closed'])(
    'CP 5.4.4: at "%s" no line is lost and none is there twice',
    (place) => {
      const path = newPath();
      const stopping = open(path, ((reached: string) => {
        if (reached === place) throw new Stopped();
      }) as () => undefined);
      let told = 0;
      expect(() => {
        for (; told < 12; told++) stopping.append({ type: 'epoch-published', epoch: told });
      }).toThrow(Stopped);
      const log = open(path);
      log.append({ type: 'epoch-published', epoch: 99 });
      log.close();
      const lines = allLines(path);
      expect(brokenLinks(lines)).toBe(0);
      const epochs = lines.flatMap((line) => JSON.parse(line).epoch ?? []);
      expect(epochs).toEqual([...Array(told).keys(), 99]);
    },
  );

  it('CP 5.4.4: after a power cut between the two names of a file it goes on as the open one', () => {
    const path = filled(3);
    mkdirSync(join(dirname(path), 'audit'), { recursive: true });
    linkSync(path, closed(path, 1));
    writeFileSync(`${path}.next`, '{"previous":"00');
    const log = open(path);
    log.append({ type: 'signer-stop' });
    log.close();
    expect(existsSync(`${path}.next`)).toBe(false);
    expect(brokenLinks(allLines(path))).toBe(0);
    expect(allLines(path).filter((line) => line.includes('signer-stop')).length).toBe(1);
  });
});

type Damage = readonly [what: string, damage: (path: string) => void, error: object];

const DAMAGE: readonly Damage[] = [
  [
    'a closed file is gone',
    (path) => rmSync(closed(path, 2)),
    { code: 'audit-segment-missing', file: expect.stringContaining('000002.jsonl') },
  ],
  [
    'the last closed file was cut',
    (path) => {
      const last = newestClosed(path);
      truncateSync(last, readFileSync(last, 'utf8').lastIndexOf('{'));
    },
    { code: 'audit-log-damaged', line: 1 },
  ],
  [
    'the open file is of an older copy',
    (path) => copyFileSync(closed(path, 2), path),
    { code: 'audit-log-damaged', line: 1 },
  ],
  [
    'the open file begins with another line',
    (path) => {
      const lines = readFileSync(path, 'utf8').split('\n');
      writeFileSync(path, lines.toSpliced(0, 1).join('\n'));
    },
    { code: 'audit-log-damaged', line: 1 },
  ],
  [
    'a line of the open file was changed',
    (path) => {
      const log = open(path);
      log.append({ type: 'signer-stop' });
      log.close();
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace('"before":', '"before":1'));
    },
    { code: 'audit-log-damaged', line: 2 },
  ],
];

function newestClosed(path: string): string {
  let n = 1;
  while (existsSync(closed(path, n + 1))) n += 1;
  return closed(path, n);
}

describe('a damaged log in segments', () => {
  it('CP 5.4.4: one that nobody touched is opened', () => {
    expect(problemOf(filled())).toBeUndefined();
  });

  it.each(DAMAGE)('CP 5.4.4: %s, and the log is refused', (_what, damage, error) => {
    const path = filled();
    damage(path);
    expect(problemOf(path)).toMatchObject(error);
  });
});
