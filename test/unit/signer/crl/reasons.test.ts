import { describe, expect, it } from 'vitest';
import { CRL_REASON_NAMES } from '../../../../shared/policy/crl-reasons.ts';
import { run } from '../cli/cli-under-test.ts';

/** Help text as one line. */
async function helpOf(...argv: readonly string[]): Promise<string> {
  const { exit, stdout } = await run(argv);
  expect(exit).toBe(0);
  return stdout.replace(/\s+/g, ' ');
}

/** What the help says of one reason, up to the next. */
function meaningIn(help: string, reason: string): string {
  const from = help.lastIndexOf(`${reason}:`);
  const rest = help.slice(from + reason.length);
  const ends = CRL_REASON_NAMES.map((name) => rest.indexOf(`${name}:`)).filter((at) => at > 0);
  return rest.slice(0, Math.min(...ends, rest.length));
}

const KEPT = ['affiliationChanged', 'superseded', 'cessationOfOperation'] as const;

describe('help of certificate revoke', () => {
  it('CRL-13: keyCompromise makes every token of the key untrustworthy, whenever it was made', async () => {
    const meaning = meaningIn(await helpOf('certificate', 'revoke', '--help'), 'keyCompromise');
    expect(meaning).toContain(
      'no token made with this key can be trusted any more, whenever it was made',
    );
    expect(meaning).not.toContain('stay valid');
  });

  it.each(KEPT)(
    'CRL-13: after %s the tokens made before the revocation date stay valid',
    async (reason) => {
      const meaning = meaningIn(await helpOf('certificate', 'revoke', '--help'), reason);
      expect(meaning).toContain('the key is not compromised');
      expect(meaning).toContain('Tokens made before the revocation date stay valid');
    },
  );

  it('CRL-13: a compromised sub-CA is told to be keyCompromise too', async () => {
    const meaning = meaningIn(await helpOf('certificate', 'revoke', '--help'), 'keyCompromise');
    expect(meaning).toContain('Use it for a compromised sub-CA too');
    expect(await helpOf('certificate', 'revoke', '--help')).not.toContain('cACompromise');
  });

  it('CRL-12, CRL-13: the four reasons are all there is, and one must be chosen', async () => {
    const help = await helpOf('certificate', 'revoke', '--help');
    for (const reason of CRL_REASON_NAMES) expect(help).toContain(reason);
    for (const other of ['unspecified', 'certificateHold', 'removeFromCRL', 'privilegeWithdrawn']) {
      expect(help).not.toContain(other);
      const { exit, stderr } = await run(['certificate', 'revoke', '01a2b3', '--reason', other]);
      expect(exit).not.toBe(0);
      expect(stderr).toContain(CRL_REASON_NAMES[0]);
    }
    const { exit } = await run(['certificate', 'revoke', '01a2b3']);
    expect(exit).not.toBe(0);
  });

  it('RSP-13: it says that there is no suspension', async () => {
    expect(await helpOf('certificate', 'revoke', '--help')).toContain('there is no suspension');
  });
});
