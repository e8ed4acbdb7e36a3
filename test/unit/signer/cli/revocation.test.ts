import { describe, expect, it } from 'vitest';
import { CRL_REASON_NAMES } from '../../../../shared/policy/crl-reasons.ts';
import { confirmed } from '../../../../signer/cli/confirmation.ts';
import { REVOCATION_EXECUTE } from '../../../../signer/cli/revocation-steps.ts';
import {
  consequenceText,
  deadlineText,
  requestFacts,
} from '../../../../signer/cli/revocation-text.ts';
import type { RevocationRequestView } from '../../../../signer/operations/revocation-request-views.ts';
import { GROUND_NAMES } from '../../../../signer/revocation/grounds.ts';
import { emptyWorld, parsed, run } from './cli-under-test.ts';

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe('inkan revocation reasons', () => {
  it('CRL-13: it says of each reason what it does to tokens, without a signer', async () => {
    const { exit, stdout } = await run(['revocation', 'reasons']);
    expect(exit).toBe(0);
    const text = oneLine(stdout);
    expect(text).toContain('no token made with this key can be trusted any more');
    expect(text.match(/Tokens made before the revocation date stay valid/g)).toHaveLength(3);
  });

  it('OPS-1: it says of each ground within how many hours it has to be revoked', async () => {
    const { stdout } = await run(['revocation', 'reasons', '--json']);
    const { reasons, grounds } = JSON.parse(stdout);
    expect(reasons.map(({ name }: { name: string }) => name)).toEqual(CRL_REASON_NAMES);
    expect(grounds.map(({ name }: { name: string }) => name)).toEqual(GROUND_NAMES);
    const hours = new Map(grounds.map((g: { name: string; hours: number }) => [g.name, g.hours]));
    expect([hours.get('key-compromise'), hours.get('misuse')]).toEqual([24, 120]);
  });

  it.each([
    ['revocation', 'new'],
    ['revocation', 'execute'],
  ])('CRL-13: inkan %s %s --help has the table of reasons', async (...words) => {
    const help = oneLine((await run([...words, '--help'])).stdout);
    for (const reason of CRL_REASON_NAMES) expect(help).toContain(`${reason}: `);
    expect(help).toContain('no token made with this key can be trusted any more');
  });
});

const REQUIRED = [
  ...['--reason', 'superseded', '--ground', 'subscriber-request', '--requested-by', 'T. Sato'],
  ...['--channel', 'post', '--description', 'replaced'],
];

describe('inkan revocation new', () => {
  it.each(['--reason', '--ground', '--requested-by', '--channel', '--description'])(
    'CP 3.4: without %s nothing is asked',
    async (option) => {
      const at = REQUIRED.indexOf(option);
      const rest = REQUIRED.filter((_word, index) => index !== at && index !== at + 1);
      const { exit, stderr } = await run(['revocation', 'new', '--serial', '01a2', ...rest]);
      expect([exit, stderr]).toEqual([2, expect.stringContaining(`${option} is missing`)]);
    },
  );

  it.each([
    [[], 'give --serial or --all-of'],
    [['--serial', '01a2', '--all-of', 'tsa-ca'], 'give --serial or --all-of'],
    [['--serial', 'xyz'], 'is not a serial number'],
    [['--serial', '01a2', '--received', 'monday'], 'is not a time'],
    [['--serial', '01a2', '--wanted', '2026-12-01'], 'is not a time'],
  ])('ADR 5: %j is wrong usage', async (more, says) => {
    const { exit, stderr } = await run(['revocation', 'new', ...REQUIRED, ...more]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it.each(['0', 'seven', '7.5', '-'])('ADR 5: %s is no number of a request', async (number) => {
    const { exit, stderr } = await run(['revocation', 'show', number]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('not the number of a request')]);
  });
});

async function* typed(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe('before something that cannot be undone', () => {
  const asked = async (answer: string, ...options: readonly string[]) => {
    const said: string[] = [];
    const world = emptyWorld({
      stdin: typed(answer),
      stderr: { write: (text) => said.push(text) },
    });
    const args = parsed(REVOCATION_EXECUTE, ['7', ...options]);
    const outcome = await confirmed(args, world, ['what will happen']);
    return { yes: outcome.ok, said: said.join('') };
  };

  it('CP 4.9.13: it is shown, and only a yes goes on', async () => {
    expect(await asked('yes\n')).toEqual({ yes: true, said: expect.stringContaining('what will') });
    for (const answer of ['', '\n', 'no\n', 'y\n', 'YES\n', 'yes please\n', `${'x'.repeat(5_000)}`])
      expect((await asked(answer)).yes).toBe(false);
  });

  it('ADR 5: --yes is for scripts, and --json asks for it', async () => {
    expect(await asked('', '--yes')).toEqual({ yes: true, said: '' });
    expect(await asked('yes\n', '--json')).toEqual({ yes: false, said: '' });
  });
});

const VIEW: RevocationRequestView = {
  number: 7,
  state: 'approved',
  origin: 'request',
  target: 'certificate',
  kind: 'subscriber',
  authority: 'tsa-ca',
  serialNumber: '01a2',
  subject: 'CN=TSA',
  reason: 'superseded',
  receivedAt: '2026-11-23T00:00:00Z',
  nextDeadline: null,
  revocationDate: null,
  ground: 'subscriber-request',
  requestedBy: 'T. Sato',
  channel: 'post',
  verification: null,
  description: 'replaced',
  evidence: null,
  wantedAt: null,
  notice: { businessDays: 5, lastDay: '2026-11-20', kept: false },
  recordedAt: '2026-11-23T00:00:00Z',
  recordedBy: 'bob',
  deadlines: [],
  events: [{ step: 'publish', at: '2026-11-23T01:00:00Z', person: null, note: 'epoch 4' }],
  below: 12,
  revoked: 0,
  allowed: ['execute'],
  publication: null,
};

describe('what people read', () => {
  const deadline = {
    duty: 'revoke',
    source: 'OPS-1',
    due: '2026-11-24T00:00:00Z',
    met: null,
    hoursLeft: 1.5,
  } as const;

  it.each([
    [{}, '1.5 h left'],
    [{ hoursLeft: -2 }, 'OVERDUE by 2 h'],
    [{ met: '2026-11-23T00:00:00Z' }, 'done 2026-11-23T00:00:00Z (OPS-1)'],
    [{ met: '2026-11-25T00:00:00Z' }, 'TOO LATE'],
  ])('OPS-1: a deadline of %j says %j', (differences, says) => {
    expect(deadlineText({ ...deadline, ...differences })).toContain(says);
  });

  it.each([
    ['subscriber', 'certificate', null],
    ['responder', 'certificate', 'id-pkix-ocsp-nocheck'],
    ['sub-ca', 'certificate', 'The 12 valid certificates below it lose their chain'],
    ['sub-ca', 'authority', 'The 12 valid certificates below it are revoked too'],
    ['root', 'authority', 'does not look for its revocation'],
  ] as const)('CP 4.9.1: of a %s as %s it says what happens to others', (kind, target, says) => {
    const text = consequenceText({ ...VIEW, kind, target });
    if (says === null) expect(text).toBeNull();
    else expect(text).toContain(says);
  });

  it('CP 3.4: what is missing or too late stands out', () => {
    const facts = new Map(requestFacts(VIEW));
    expect(facts.get('verified')).toBe('NOT YET (CP 3.4)');
    expect(facts.get('notice')).toContain('TOO SHORT: 5 business days before is 2026-11-20');
    expect(facts.get('publish')).toBe('2026-11-23T01:00:00Z by the signer: epoch 4');
    expect(facts.get('reason')).toContain('Tokens made before the revocation date stay valid');
    const emergency = requestFacts({ ...VIEW, origin: 'emergency', state: 'executed' });
    expect(new Map(emergency).get('state')).toBe('executed (emergency)');
  });
});
