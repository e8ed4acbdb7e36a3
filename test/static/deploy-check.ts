// npm run deploy:check [-- POLICY…] [--json]: what can be checked of a deployment without an account.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_readConfig } from 'wrangler';
import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { readPolicyFile } from '../../shared/policy/policy-file.ts';
import { checkWorkerBundle } from './bundle.ts';
import { type DeploymentFault, deploymentFaults } from './deployment-faults.ts';
import { REPOSITORY, runTool } from './program.ts';

const HELP = `Usage: npm run deploy:check -- [POLICY…] [--json]

Checks wrangler.toml, [env.production], before it goes to an account: the bundle and its rules, what is
still a placeholder, what would tell client addresses, and with policy files whether every host that they
write into certificates is routed to the Worker. Nothing is sent.

Exit codes: 0 nothing wrong, 1 errors found, 2 wrong usage.

Examples:
  npm run deploy:check
  npm run deploy:check -- shared/policy/root-ca3.json --json`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return print(HELP, 0);
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--json');
  if (unknown !== undefined) return print(`deploy:check knows no ${unknown}\n\n${HELP}`, 2);
  const policies = args.filter((arg) => !arg.startsWith('-')).map(readPolicy);
  const unread = policies.find((policy) => typeof policy === 'string');
  if (unread !== undefined) return print(String(unread), 2);
  const found = [
    ...shadowed(),
    ...deploymentFaults(
      unstable_readConfig({ config: join(REPOSITORY, 'wrangler.toml'), env: 'production' }),
      policies.filter((policy) => typeof policy !== 'string'),
    ),
    ...(await bundleFaults()),
  ];
  const failed = found.some(({ level }) => level === 'error');
  return print(args.includes('--json') ? JSON.stringify({ found }) : shown(found), failed ? 1 : 0);
}

function readPolicy(path: string): CertificatePolicy | string {
  if (!existsSync(path)) return `${path} does not exist; name a policy file`;
  const read = readPolicyFile(readFileSync(path, 'utf8'));
  return read.ok ? read.value : `${path} cannot be used; see \`inkan policy check ${path}\``;
}

/** wrangler takes these silently in place of wrangler.toml. */
function shadowed(): readonly DeploymentFault[] {
  return ['wrangler.json', 'wrangler.jsonc']
    .filter((name) => existsSync(join(REPOSITORY, name)))
    .map((name) => ({
      ...{ level: 'error', at: name, what: 'is taken in place of wrangler.toml' },
      remedy: 'remove it',
    }));
}

async function bundleFaults(): Promise<readonly DeploymentFault[]> {
  const args = ['deploy', '--dry-run', '--env=production', '--outdir', '.build/production'];
  const [rules, production] = [await checkWorkerBundle(), await runTool('wrangler', args)];
  const failures = [
    ...('failure' in rules ? [rules.failure] : []),
    ...(production.status === 0 ? [] : [production.output]),
  ];
  return failures.map((what) => ({ level: 'error', at: 'bundle', what, remedy: 'mend the build' }));
}

function shown(found: readonly DeploymentFault[]): string {
  const lines = found.map(({ level, at, what, remedy }) => `${level}  ${at} ${what}: ${remedy}`);
  const left =
    'left for the zone: no HTTPS redirect, no HSTS, no URL normalisation (docs/deploy.md)';
  const end = found.length === 0 ? 'nothing found' : `${found.length} found`;
  return [...lines, `${end}; ${left}`].join('\n');
}

function print(text: string, status: number): number {
  process.stdout.write(`${text}\n`);
  return status;
}
