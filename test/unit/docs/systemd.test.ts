import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../../signer/cli/commands.ts';
import { describeWithTools } from '../../support/tools.ts';

const ROOT = join(import.meta.dirname, '../../..');
const UNIT = readFileSync(join(ROOT, 'docs/systemd/inkan-signer.service'), 'utf8');

/** The unit as if this checkout were installed at /opt/inkan, with another change if there is one. */
function unitFile(change: (text: string) => string = (text) => text): string {
  const file = join(mkdtempSync(join(tmpdir(), 'inkan-unit-')), 'inkan-signer.service');
  writeFileSync(file, change(UNIT.replaceAll('/opt/inkan', ROOT)));
  return file;
}

function analyze(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

describeWithTools('the unit of the signer', ['systemd-analyze'], () => {
  it('ADR 22: systemd reads every line of it, and what it starts is there', () => {
    expect(analyze('verify', '--man=no', unitFile())).toEqual({ status: 0, text: '' });
    const mistaken = unitFile((text) => text.replace('PrivateTmp=', 'PrivateTemp='));
    expect(analyze('verify', '--man=no', mistaken).text).toContain('PrivateTemp');
  });

  it('ADR 22: its exposure is 1.5 of 10 at most, as systemd counts it', () => {
    const security = ['security', '--offline=true', '--no-pager', '--threshold=15'];
    expect(analyze(...security, unitFile()).status).toBe(0);
    const open = unitFile((text) => text.replace(/^(Protect|Restrict|System).*\n/gm, ''));
    expect(analyze(...security, open).status).not.toBe(0);
  });

  it('ADR 22: it starts `serve` with options that exist, and no secret stands in it', () => {
    const [, command = ''] = /^ExecStart=(.*)$/m.exec(UNIT) ?? [];
    const serve = COMMANDS.find(({ name }) => name === 'serve');
    const options = Array.from(command.matchAll(/ --([a-z0-9-]+)/g), ([, name]) => name);
    expect(options).toEqual(['state', 'passphrase-file', 'pkcs11-pin-file']);
    for (const name of options) expect(serve?.options.map((one) => one.name)).toContain(name);
    expect(command.match(/\$\{CREDENTIALS_DIRECTORY\}/g)).toHaveLength(2);
  });
});
