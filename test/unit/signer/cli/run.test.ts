import { describe, expect, it } from 'vitest';
import { ok } from '../../../../shared/result.ts';
import { COMMON_OPTIONS } from '../../../../signer/cli/arguments.ts';
import { COMMANDS } from '../../../../signer/cli/commands.ts';
import { run } from './cli-under-test.ts';

const NAMES = COMMANDS.map(({ name }) => name);

describe('help', () => {
  it.each(NAMES)('ADR 5: %s explains itself with usage, options and examples', async (name) => {
    const asked = await run([...name.split(' '), '--help']);
    expect(asked.exit).toBe(0);
    expect(asked.stderr).toBe('');
    for (const part of [
      `Usage: inkan ${name}`,
      'Options:',
      '--json',
      'Examples:',
      `inkan ${name}`,
    ]) {
      expect(asked.stdout).toContain(part);
    }
    expect((await run(['help', ...name.split(' ')])).stdout).toBe(asked.stdout);
    expect((await run([...name.split(' '), '-h'])).stdout).toBe(asked.stdout);
  });

  it.each(NAMES)('ADR 5: %s has no two options of one name', (name) => {
    const options = COMMANDS.find((command) => command.name === name)?.options ?? [];
    const all = [...options, ...COMMON_OPTIONS].map((option) => option.name);
    expect(all).toEqual([...new Set(all)]);
  });

  it('ADR 5: the overview names every command, and the topics are there', async () => {
    const { stdout } = await run(['help']);
    for (const name of NAMES) expect(stdout).toContain(`  ${name}`);
    const codes = (await run(['help', 'exit-codes'])).stdout;
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 70, 130]) {
      expect(codes).toMatch(new RegExp(`^ {2}${code} `, 'm'));
    }
    expect((await run(['certificate', '--help'])).stdout).toContain('certificate revoke');
  });

  it('RFC 3161 4: the help of a revocation says what each reason does to tokens already made', async () => {
    for (const argv of [
      ['help', 'reasons'],
      ['certificate', 'revoke', '--help'],
    ]) {
      const { stdout } = await run(argv);
      const text = stdout.replace(/\s+/g, ' ');
      expect(text).toContain('no token made with this key can be trusted any more');
      expect(text.match(/Tokens made before the revocation date stay valid/g)).toHaveLength(3);
    }
  });

  it('ADR 5: the version stands alone, or in one JSON document', async () => {
    expect((await run(['--version'])).stdout).toBe('1.2.3\n');
    expect(JSON.parse((await run(['--version', '--json'])).stdout)).toEqual({ version: '1.2.3' });
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'no command; see `inkan help`'],
    [['statsu'], 'did you mean `inkan status`?'],
    [['certificate', 'isue'], 'did you mean `inkan certificate issue`?'],
    [['certificate'], 'needs one more word'],
    [['--state', 'x', 'status'], '--state comes too early'],
    [['status', '--jsno'], 'no option --jsno; did you mean --json?'],
    [['ca', 'create', 'x', '--keystor', 'y'], 'did you mean --keystore?'],
    [['status', '--frobnicate-deeply'], 'see `inkan status --help`'],
    [['status', 'extra'], 'extra is one argument too many'],
    [['ca', 'show'], 'NAME is missing'],
    [['status', '--state'], '--state has no value'],
    [['crl', 'show', 'a', '--out', '--state'], '--out has no value'],
    [['status', '--json=1'], '--json takes no value'],
    [['status', '--state', 'a', '--state', 'b'], '--state is given twice'],
    [['certificate', 'revoke', '01'], '--reason is missing; choose one of keyCompromise'],
    [['certificate', 'revoke', '01', '--reason', 'unspecified'], '--reason cannot be unspecified'],
    [['certificate', 'revoke', 'xyz', '--reason', 'superseded'], 'xyz is not a serial number'],
    [
      ['certificate', 'revoke', '01', '--reason', 'superseded', '--revocation-date', 'today'],
      'today is not a time',
    ],
    [['certificate', 'issue', '--authority', 'a'], '--profile is missing'],
    [['status', '--signer', 'https://a:1'], 'belong together'],
    [['status', '--state', '/nowhere'], 'run `inkan init` first'],
  ])('ADR 5: inkan %j ends with 2 and one line that says what to do', async (argv, said) => {
    const { exit, stdout, stderr } = await run(argv);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^inkan: [^\n]+; [^\n]+\n$/);
    expect(stderr).toContain(said);
  });

  it('ADR 5: with --json an error is one JSON document on standard error', async () => {
    const { exit, stdout, stderr } = await run(['status', '--jsno', '--json']);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'wrong-usage',
        message: 'inkan status has no option --jsno',
        remedy: 'did you mean --json?',
      },
    });
  });

  it('ADR 5: a bug ends with 70, one line and no stack; INKAN_DEBUG shows it', async () => {
    const initialise = () => Promise.reject(new Error('boom'));
    const bug = await run(['init', '--policy', 'p'], { initialise });
    expect(bug.exit).toBe(70);
    expect(bug.stderr).toMatch(/^inkan: this is a bug in inkan: boom; [^\n]+\n$/);
    const debug = await run(['init', '--policy', 'p'], {
      initialise,
      environment: { INKAN_DEBUG: '1' },
    });
    expect(debug.stderr).toContain('run.test.ts');
  });
});

describe('Ctrl-C', () => {
  it('ADR 5: it ends a command that waits with 130 and without a word', async () => {
    const stop = new AbortController();
    const initialise = () => new Promise<never>(() => undefined);
    const running = run(['init', '--policy', 'p'], { initialise, stop: stop.signal });
    stop.abort('SIGINT');
    expect(await running).toEqual({ exit: 130, stdout: '', stderr: '' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ])('ADR 5: %s ends serve in good order with %i', async (signal, code) => {
    const stop = new AbortController();
    let closed = 0;
    const serve = () =>
      Promise.resolve(
        ok({
          url: 'https://127.0.0.1:8443',
          operations: undefined as never,
          close: () => Promise.resolve(void closed++),
        }),
      );
    const running = run(['serve'], { serve, stop: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(closed).toBe(0);
    stop.abort(signal);
    expect((await running).exit).toBe(code);
    expect(closed).toBe(1);
  });
});
