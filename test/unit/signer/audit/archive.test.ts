import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { archiveSegments, restoreSegments } from '../../../../signer/audit/archive.ts';
import { openSegmentedLog, type SegmentedLog } from '../../../../signer/audit/segmented-log.ts';
import { verifyFiles } from '../../../../signer/audit/verify/verify-files.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();
const options = { segmentOctets: 500, checkpoint: () => undefined };
let logs = 0;

interface Filled {
  readonly log: SegmentedLog;
  readonly folder: string;
}

/** Some four segments, the last of them open. */
function filled(): Filled {
  logs += 1;
  const place = scratch.file(`archive-${logs}`);
  mkdirSync(place);
  const path = join(place, 'audit.jsonl');
  const log = open(path);
  for (let epoch = 1; epoch <= 12; epoch++)
    log.append({ type: 'epoch-promised', epoch, rootSha256: '' });
  return { log, folder: join(place, 'archive') };
}

function open(path: string): SegmentedLog {
  return must(
    openSegmentedLog(path, () => unixSeconds(1_795_406_400), options),
    'log',
  );
}

class Stopped extends Error {}

const world = (stopAt?: string) => ({
  actor: 'T. Abe',
  checkpoint: (place: string) => {
    if (place === stopAt) throw new Stopped();
  },
});

const here = ({ log }: Filled) =>
  readdirSync(join(dirname(log.path), 'audit')).filter((name) => name.endsWith('.jsonl'));

const NO_EVIDENCE = { witnesses: [], certificates: [] };

const verdict = ({ log }: Filled) => verifyFiles(log.path, NO_EVIDENCE);

function lines({ log }: Filled): number {
  return log.checkpoint().size;
}

describe('archived segments of the log', () => {
  it('CP 5.5.1: they leave for the archive as they are, with their hashes in the log', () => {
    const test = filled();
    const before = here(test).map((name) => [
      name,
      readFileSync(join(dirname(test.log.path), 'audit', name), 'utf8'),
    ]);
    expect(before.length).toBeGreaterThan(2);
    const archived = must(archiveSegments(test.log, test.folder, lines(test), world()), 'archived');
    expect(here(test)).toEqual([]);
    expect(before).toEqual(
      readdirSync(test.folder).map((name) => [name, readFileSync(join(test.folder, name), 'utf8')]),
    );
    const line = readFileSync(test.log.path, 'utf8').trim().split('\n').at(-1) ?? '';
    const event = JSON.parse(line);
    expect(event).toMatchObject({ type: 'segments-archived', actor: 'T. Abe' });
    expect(event.segments.map(({ sha256 }: { sha256: string }) => sha256)).toEqual(
      before.map(([, text]) =>
        createHash('sha256')
          .update(text ?? '')
          .digest('hex'),
      ),
    );
    expect(archived.length).toBe(before.length);
  });

  it('CP 5.5.7: what stays is proved from the archived hash on, and all of it when they are back', () => {
    const test = filled();
    must(archiveSegments(test.log, test.folder, lines(test), world()), 'archived');
    const rest = must(verdict(test), 'the rest');
    expect(rest.first).toBeGreaterThan(1);
    open(test.log.path).close();
    must(restoreSegments(test.log, test.folder, world()), 'restored');
    expect(must(verdict(test), 'all').first).toBe(1);
    expect(must(verdict(test), 'all').last).toBe(lines(test));
    open(test.log.path).close();
  });

  it('OPS-6: what no epoch was signed over yet stays', () => {
    const test = filled();
    expect(archiveSegments(test.log, test.folder, 3, world())).toEqual({
      ok: false,
      error: { code: 'nothing-to-do' },
    });
    expect(here(test).length).toBeGreaterThan(2);
  });
});

describe('what is not archived, or not brought back', () => {
  it('CP 5.5.3: a segment whose chain is broken is not archived, and nothing is removed', () => {
    const test = filled();
    const file = join(dirname(test.log.path), 'audit', '000002.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"epoch":5', '"epoch":6'));
    const refused = archiveSegments(test.log, test.folder, lines(test), world());
    expect(refused).toMatchObject({ ok: false, error: { code: 'segment-damaged', file } });
    expect(here(test).length).toBeGreaterThan(2);
  });

  it('CP 5.5.3: another file of the name in the archive is not written over, nor brought back', () => {
    const test = filled();
    mkdirSync(test.folder);
    const file = join(test.folder, '000001.jsonl');
    writeFileSync(file, 'mine\n');
    const refused = archiveSegments(test.log, test.folder, lines(test), world());
    expect(refused).toEqual({ ok: false, error: { code: 'archive-differs', file } });
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    rmSync(file);
    must(archiveSegments(test.log, test.folder, lines(test), world()), 'archived');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"epoch":1', '"epoch":2'));
    expect(restoreSegments(test.log, test.folder, world())).toEqual({
      ok: false,
      error: { code: 'archive-differs', file },
    });
  });

  it('CP 5.5.7: a log with a hole is not made: what comes back is all from the oldest on', () => {
    const test = filled();
    must(archiveSegments(test.log, test.folder, lines(test), world()), 'archived');
    const file = join(test.folder, '000002.jsonl');
    rmSync(file);
    expect(restoreSegments(test.log, test.folder, world())).toEqual({
      ok: false,
      error: { code: 'archive-incomplete', file },
    });
  });
});

describe('a stop while segments are archived or brought back', () => {
  it.each(['archive: segment copied', 'archive: audited', 'archive: recorded'])(
    'CP 5.5.3: at "%s" every segment is in one place at least, and it can be done again',
    (place) => {
      const test = filled();
      const names = here(test);
      expect(() => archiveSegments(test.log, test.folder, lines(test), world(place))).toThrow(
        Stopped,
      );
      for (const name of names) {
        const kept = [join(dirname(test.log.path), 'audit', name), join(test.folder, name)];
        expect(kept.some((file) => existsSync(file))).toBe(true);
      }
      test.log.close();
      const log = open(test.log.path);
      must(verdict({ ...test, log }), 'the log after the stop');
      must(archiveSegments(log, test.folder, log.checkpoint().size, world()), 'again');
      expect(readdirSync(test.folder)).toEqual(expect.arrayContaining(names));
      must(verdict({ ...test, log }), 'the log after it was done again');
    },
  );

  it.each(['restore: segment copied', 'restore: audited'])(
    'CP 5.5.7: at "%s" it can be brought back again',
    (place) => {
      const test = filled();
      must(archiveSegments(test.log, test.folder, lines(test), world()), 'archived');
      expect(() => restoreSegments(test.log, test.folder, world(place))).toThrow(Stopped);
      test.log.close();
      const log = open(test.log.path);
      must(restoreSegments(log, test.folder, world()), 'again');
      expect(must(verdict({ ...test, log }), 'all').first).toBe(1);
    },
  );
});
