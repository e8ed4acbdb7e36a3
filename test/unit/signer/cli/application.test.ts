import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { DOCUMENT, readDocuments } from '../../../../signer/cli/application-documents.ts';
import { applicationFacts } from '../../../../signer/cli/application-facts.ts';
import { APPLICATION_NEW } from '../../../../signer/cli/application-new.ts';
import { COMMANDS } from '../../../../signer/cli/commands.ts';
import { APPLICATION } from '../../../e2e/mtls/recording-operations.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';
import { emptyWorld, parsed, run } from './cli-under-test.ts';

const scratch = new ScratchDirectory();

const SCREEN = [
  ...['application', 'screen', '7', '--fingerprint', `${'0F:'.repeat(31)}0f`],
  ...['--confirmed-by', 'A', '--confirmed-how', 'telephone'],
];
const IDENTITY = ['--check', 'identity=site-visit:report 1'];
const NAME = ['--not-applicable', 'trade-name=none'];
const COUNTRY = ['--check', 'country=domain-registrar:jprs'];
const AUTHORISATION = ['--failed', 'authorisation=no letter'];
const ALL = [...IDENTITY, ...NAME, ...COUNTRY, ...AUTHORISATION];

describe('options', () => {
  it.each(COMMANDS.map(({ name, options }) => [name, options] as const))(
    'ADR 5: %s has no two options of one name',
    (_name, options) => {
      const names = options.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    },
  );

  it.each([
    [['application', 'show', '07'], '07 is not the number of an application'],
    [['application', 'approve', 'tsa'], 'tsa is not the number of an application'],
    [['application', 'reject', '7'], '--reason is missing'],
    [
      ['application', 'deliver', '7', '--method', 'mail', '--reference', 'x'],
      '--method cannot be mail',
    ],
    [[...SCREEN, ...ALL.slice(2)], 'the item identity is missing (CP 3.2.2.1)'],
    [[...SCREEN, ...IDENTITY, ...ALL], 'identity is given twice'],
    [[...SCREEN, ...ALL, '--failed', 'identity=no'], 'identity is given twice'],
    [[...SCREEN, '--check', 'identity=report'], 'METHOD one of government-agency'],
    [[...SCREEN, '--check', 'identity=telephone:x'], 'METHOD one of government-agency'],
    [[...SCREEN, '--check', 'age=x:y'], 'ITEM one of identity, trade-name'],
    [[...SCREEN.with(4, 'abc'), ...ALL], '--fingerprint is no SHA-256'],
  ])('ADR 5: %j is wrong usage: %s', async (argv, said) => {
    const { exit, stderr } = await run(argv);
    expect(stderr).toContain(said);
    expect([exit, stderr.trimEnd().includes('\n')]).toEqual([2, false]);
  });

  it('ADR 5: what is right is asked of the signer, which is not there', async () => {
    const { exit, stderr } = await run([...SCREEN, ...ALL]);
    expect(stderr).toContain('client.json');
    expect(exit).toBe(2);
  });
});

describe('documents', () => {
  const read = (...named: readonly string[]) => {
    const options = named.flatMap((name) => [`--${DOCUMENT.name}`, name]);
    const needed = ['--authority', 'a', '--profile', 'p', '--request', 'r'];
    const applicant = ['--organisation', 'o', '--agent', 'a'];
    const args = parsed(APPLICATION_NEW, [...needed, ...applicant, ...options]);
    return readDocuments(args, emptyWorld({ currentDirectory: scratch.path }));
  };

  it('CP 3.2.2: a document becomes its kind and its SHA-256, and nothing else', async () => {
    const bytes = Buffer.alloc(3_000_000, 'page ');
    scratch.write('form of A. Agent=1.pdf', bytes);
    const documents = must(await read('application-form=form of A. Agent=1.pdf'), 'documents');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(documents).toEqual([{ kind: 'application-form', sha256 }]);
  });

  it.each([
    ['passport=x', 'KIND one of application-form'],
    ['application-form', 'write KIND=FILE'],
    ['other=missing.pdf', 'missing.pdf cannot be read'],
    ['other=.', '. cannot be read'],
    ['other=empty.pdf', 'empty.pdf is empty'],
  ])('CP 3.2.2: %s is refused before the signer is asked', async (named, said) => {
    scratch.write('empty.pdf', '');
    const refused = await read(named);
    expect(refused.ok ? '' : `${refused.error.message}; ${refused.error.remedy}`).toContain(said);
  });
});

describe('what people see', () => {
  const facts = (view: object) =>
    applicationFacts({ ...APPLICATION, ...view }).map(([name, value]) => `${name}: ${value}`);

  it('CP 4.1: an application says its state and what it allows', () => {
    expect(facts({})).toEqual(
      expect.arrayContaining(['application: 7', 'state: received', 'allows: screen, withdraw']),
    );
    expect(facts({ allowed: [] })).toContain('allows: nothing more');
  });

  it.each([
    ['due', 'due; complaints until'],
    ['elapsed', 'none; accepted'],
    ['received', 'received'],
    ['complained', 'complained of'],
  ] as const)('CP 4.4.1: a receipt that is %s reads "%s"', (state, text) => {
    const shown = facts({ receipt: { due: '2026-12-07T14:59:59Z', state } });
    expect(shown.find((line) => line.startsWith('receipt: '))).toContain(text);
  });
});
