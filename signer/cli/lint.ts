import { open } from 'node:fs/promises';
import { concatBytes } from '../../shared/bytes.ts';
import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  type ArtifactFile,
  FILE_MOST_OCTETS,
  readArtifactFile,
} from '../lint/file/artifact-file.ts';
import { type KnownIssuer, knownIssuer } from '../lint/file/known-issuer.ts';
import { type FileReport, lintFile } from '../lint/file/lint-file.ts';
import type { Finding } from '../lint/requirement.ts';
import { answered } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { readPolicyText } from './policy-file.ts';

const ISSUER_REMEDY = 'give the certificate of the CA, PEM or DER';

export const LINT: Command = {
  name: 'lint',
  summary: 'Check a certificate, CRL or OCSP response against the rules and a policy',
  operands: ['FILE'],
  options: [
    { name: 'policy', value: 'FILE', description: 'Hold it against this policy too' },
    {
      name: 'profile',
      value: 'NAME',
      description: 'The profile of the policy; default the one that fits best',
    },
    {
      name: 'issuer',
      value: 'FILE',
      description: "The CA's certificate: the signature, names and key identifiers are checked too",
    },
  ],
  notes: [
    'Needs no signer and no network. FILE is PEM or DER and may be - for standard input; what it is, is told by what is in it. Each finding has its rule, its level, its clause and what was found.',
    'Exit codes: 0 nothing but notices, 7 warnings, 8 errors, 9 FILE is no certificate, CRL or OCSP response. With --json the report is written in all but the last case.',
  ],
  examples: [
    'inkan lint tsa.pem --policy policy.json --profile tsa --issuer ca.pem',
    'inkan lint root-ca.crl',
    'openssl ocsp … -respout - | inkan lint - --issuer ca.pem --json',
  ],
  run: lintCommand,
};

async function lintCommand(args: ParsedArguments, world: CLIWorld): Outcome {
  const name = args.operand(0);
  const policy = await readPolicyFile(args.option('policy'), world);
  if (!policy.ok) return policy;
  const profile = checkedProfile(args.option('profile'), policy.value);
  if (!profile.ok) return profile;
  const issuer = await readIssuer(args.option('issuer'), world);
  if (!issuer.ok) return issuer;
  const file = await readFileNamed(name, world);
  if (!file.ok) return file;
  const context = { policy: policy.value, profile: profile.value, issuer: issuer.value };
  const report = lintFile(file.value, context);
  return answered(reportJSON(name, report), reportLines(name, report), exitOf(report.findings));
}

function exitOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ level }) => level === 'error')) return EXIT.lintErrors;
  return findings.some(({ level }) => level === 'warning') ? EXIT.lintWarnings : EXIT.ok;
}

function reportJSON(file: string, { kind, profile, findings }: FileReport): unknown {
  return {
    file,
    kind,
    ...(profile === null ? {} : { profile }),
    findings: findings.map(({ rule, level, source, reason }) => ({ rule, level, source, reason })),
  };
}

function reportLines(file: string, { kind, profile, findings }: FileReport): readonly string[] {
  const against = profile === null ? '' : `, profile ${profile}`;
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  return [
    `${file}: ${kind}${against}`,
    ...findings.map(
      ({ rule, level, source, reason }) => `${level.padEnd(7)}  ${rule}: ${reason}  [${source}]`,
    ),
    `${count('error')} errors, ${count('warning')} warnings, ${count('notice')} notices`,
  ];
}

async function readFileNamed(
  name: string,
  world: CLIWorld,
): Promise<Result<ArtifactFile, Failure>> {
  const bytes = await readBounded(name, world);
  if (bytes === undefined) return usageFailure(`cannot read ${name}`, 'give a file that exists');
  const file = readArtifactFile(bytes);
  if (file.ok) return file;
  return err({
    exit: EXIT.unreadable,
    code: file.error.code,
    message: `${name} ${file.error.reason}`,
    remedy: 'give one certificate, CRL or OCSP response, PEM or DER',
  });
}

async function readIssuer(
  name: string | undefined,
  world: CLIWorld,
): Promise<Result<KnownIssuer | null, Failure>> {
  if (name === undefined) return ok(null);
  const bytes = await readBounded(name, world);
  if (bytes === undefined) return usageFailure(`cannot read ${name}`, ISSUER_REMEDY);
  const file = readArtifactFile(bytes);
  const issuer =
    file.ok && file.value.kind === 'certificate' ? knownIssuer(file.value.der) : undefined;
  return issuer ? ok(issuer) : usageFailure(`${name} is no certificate`, ISSUER_REMEDY);
}

async function readPolicyFile(
  name: string | undefined,
  world: CLIWorld,
): Promise<Result<CertificatePolicy | null, Failure>> {
  if (name === undefined) return ok(null);
  const bytes = await readBounded(name, world);
  if (bytes === undefined) return usageFailure(`cannot read ${name}`, 'give a policy file');
  const read = readPolicyText(name, new TextDecoder().decode(bytes));
  return read.ok ? ok(read.value.policy) : read;
}

function checkedProfile(
  name: string | undefined,
  policy: CertificatePolicy | null,
): Result<string | null, Failure> {
  if (name === undefined) return ok(null);
  if (policy === null) return usageFailure('--profile is given without --policy', 'give both');
  if (policy.profiles.has(name)) return ok(name);
  const known = [...policy.profiles.keys()].join(', ');
  return usageFailure(`the policy has no profile ${name}`, `give one of ${known}`);
}

/** At most one octet more than is taken, whatever the file is: a pipe or a device may have no end. */
async function readBounded(name: string, world: CLIWorld): Promise<Uint8Array | undefined> {
  if (name === '-') return collect(world.stdin);
  try {
    const file = await open(pathFrom(name, world));
    try {
      return await collect(file.createReadStream({ autoClose: false }));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length > FILE_MOST_OCTETS) break;
  }
  return concatBytes(parts);
}
