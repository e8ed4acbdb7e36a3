import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/result.ts';
import { approve } from '../ceremony/approval.ts';
import {
  type Approval,
  BUNDLE_MOST_CHARACTERS,
  type CeremonyRequest,
  decodeBundle,
  encodeBundle,
  requestHash,
} from '../ceremony/bundle.ts';
import { octetsOf } from '../ceremony/canonical-document.ts';
import { sameSummary, summariseItem } from '../ceremony/summary.ts';
import { answered } from './answers.ts';
import { requestLines } from './ceremony-text.ts';
import { signingKeyOf } from './client-identity.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { askConfirmation, CONFIRM_OPTION } from './confirmation.ts';
import { EXIT } from './exit-codes.ts';
import { replaceFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { type ClientProfile, CONNECTION_OPTIONS, loadProfile } from './profile.ts';

export const CEREMONY_APPROVE: Command = {
  name: 'ceremony approve',
  summary: 'Read a bundle and add your approval to it; the signer is not asked',
  operands: ['FILE'],
  options: [CONFIRM_OPTION, ...CONNECTION_OPTIONS],
  notes: [
    'Your approval is a signature by the key of your operator certificate over everything in the bundle. The offline host counts the operators that it has pinned.',
  ],
  examples: ['inkan ceremony approve bundle.json'],
  run: approveBundle,
};

async function approveBundle(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = pathFrom(args.operand(0), world);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined || bytes.length > BUNDLE_MOST_CHARACTERS)
    return usageFailure(`cannot read ${path}`, 'give a bundle of `inkan ceremony export`');
  const bundle = decodeBundle(bytes.toString('utf8'));
  if (!bundle.ok) {
    const reason = 'reason' in bundle.error ? bundle.error.reason : 'it was changed';
    return err({
      ...{ exit: EXIT.refused, code: bundle.error.code, message: `${path}: ${reason}` },
      remedy: 'fetch it again with `inkan ceremony show`',
    });
  }
  const { request, approvals } = bundle.value;
  const hash = requestHash(request);
  world.stderr.write(`${requestLines(request).join('\n')}\n`);
  if (!(await askConfirmation(args, world, hash))) {
    const remedy =
      'type the first eight digits of its request sha-256, or give all of it with --confirm';
    const message = 'the bundle was not confirmed; nothing was approved';
    return err({ exit: EXIT.usage, code: 'not-confirmed', message, remedy });
  }
  const text = await approveRequest(args, world, request, approvals);
  if (!text.ok) return text;
  const written = await replaceFile(path, text.value);
  if (!written.ok) return written;
  return answered({ file: path, requestSha256: hash }, [`approved ${hash}`, `written to ${path}`]);
}

/** The bundle with the operator's approval among those that it has; refused when bytes and summary differ. */
export async function approveRequest(
  args: ParsedArguments,
  world: CLIWorld,
  request: CeremonyRequest,
  others: readonly Approval[],
): Promise<Result<string, Failure>> {
  for (const [index, item] of request.items.entries()) {
    const tbs = octetsOf(item.tbs);
    const found = summariseItem(tbs, item);
    if (found && sameSummary(found, item.summary)) continue;
    return err({
      ...{ exit: EXIT.refused, code: 'summary-differs' },
      message: `item ${index + 1} says something else than its bytes`,
      remedy: 'do not approve it; find out who made it',
    });
  }
  const profile = await loadProfile(args, world);
  if (!profile.ok) return profile;
  const key = signingKeyOf(profile.value.identity);
  const approval = key && approve(requestHash(request), operatorName(profile.value), key);
  if (!approval?.ok)
    return usageFailure(
      'your key cannot approve',
      'use an operator certificate with a P-256 key; a PKCS#12 file as `openssl pkcs12 -export` makes it',
    );
  const kept = others.filter(({ spki }) => spki !== approval.value.spki);
  return ok(encodeBundle(request, [...kept, approval.value]));
}

/** For people; what counts is the key. */
function operatorName({ identity }: ClientProfile): string {
  // The certificates of a PKCS#12 file are encrypted, and TLS alone opens them.
  if (identity.kind === 'pkcs12') return 'operator';
  const subject: unknown = new X509Certificate(identity.certificate).toLegacyObject().subject.CN;
  return typeof subject === 'string' && subject !== '' ? subject.slice(0, 64) : 'operator';
}
