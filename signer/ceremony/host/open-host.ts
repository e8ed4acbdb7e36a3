import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { hexFromBytes } from '../../../shared/bytes.ts';
import {
  choice,
  type Decode,
  integer,
  list,
  mapOf,
  matching,
  required,
  strictObject,
} from '../../../shared/json-fields.ts';
import { parseJSON } from '../../../shared/json-text.ts';
import type { CertificatePolicy } from '../../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type Clock, isoText, unixSecondsFromISO } from '../../../shared/time.ts';
import { type AuditLog, openAuditLog } from '../../audit/audit-log.ts';
import { policyFiles as policyFilesField, readPolicy } from '../../config.ts';
import { sha256 } from '../../issuance/public-key.ts';
import { absoluteKeystore, type KeystoreConfig, keystoreConfig } from '../../keystore-config.ts';
import { openKeystores } from '../../signing/open-keystores.ts';
import { openSigningDoor, type SigningDoor } from '../../signing/signing-door.ts';
import type { Approver } from '../approval.ts';
import { sha256Text } from '../canonical-document.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import { HOST_FILES } from './host-files.ts';
import { type HostLock, lockHost } from './host-lock.ts';
import { checkPermissions } from './host-permissions.ts';
import { checkState } from './host-state.ts';

/** `ceremony.json` of an offline host; relative paths are under its directory. */
export interface HostConfig {
  /** At least one. */
  readonly policy: readonly string[];
  readonly keystores: ReadonlyMap<string, KeystoreConfig>;
  /** Operators whose approval counts here, and how many of them a bundle needs. */
  readonly approvals: { readonly required: number; readonly operators: readonly Approver[] };
}

interface HostDocument extends Omit<HostConfig, 'policy'> {
  readonly policy: string | readonly string[];
  readonly format: 'inkan-ceremony-host-1';
}

const approver: Decode<Approver> = strictObject<Approver>({
  // Printable ASCII: it stands in the log, and the log in what goes back.
  name: required(matching(/^[ -~]{1,64}$/, 'printable ASCII of 1 to 64 characters')),
  spkiSha256: required(sha256Text),
});

const hostConfig: Decode<HostDocument> = strictObject<HostDocument>({
  format: required(choice('inkan-ceremony-host-1')),
  policy: required(policyFilesField),
  keystores: required(mapOf(/^[a-z0-9][a-z0-9-]{0,47}$/, keystoreConfig)),
  approvals: required(
    strictObject<HostConfig['approvals']>({
      required: required(integer(1, 16)),
      operators: required(list(approver, 64)),
    }),
  ),
});

export interface PolicyFile {
  readonly name: string;
  readonly sha256: string;
}

export interface HostWorld {
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called between any two writes with a name for the place; the fault tests stop the process there. */
  readonly checkpoint: (place: string) => void;
}

/** An offline host: its directory, its own policy file and its own log. No socket is opened anywhere. */
export interface Host {
  readonly directory: string;
  readonly config: HostConfig;
  readonly policy: CertificatePolicy;
  /** What it was read from: name of the file and SHA-256 of its octets, hexadecimal. */
  readonly policyFiles: readonly PolicyFile[];
  readonly log: AuditLog;
  /** Lines of the log from the one that had `size` lines before it. */
  readonly linesSince: (size: number) => readonly string[];
  readonly world: HostWorld;
  close(): void;
}

/** Opens the directory for this process alone, until `close`. */
export function openHost(directory: string, world: HostWorld): Result<Host, HostError> {
  const config = readHostConfig(directory);
  if (!config.ok) return config;
  const permissions = checkPermissions(directory);
  if (!permissions.ok) return permissions;
  const lock = lockHost(directory);
  if (!lock.ok) return lock;
  const host = openReadable(directory, config.value, world, lock.value);
  if (!host.ok) lock.value.release();
  return host;
}

/** A file that the system does not let us read is the host's fault, not this program's. */
function openReadable(...host: Parameters<typeof openLocked>): Result<Host, HostError> {
  try {
    return openLocked(...host);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const remedy = 'see that it is a file of this user, or restore the directory from its backup';
    return refuseAtHost('host-malformed', error.message, remedy);
  }
}

function openLocked(
  directory: string,
  config: HostConfig,
  world: HostWorld,
  lock: HostLock,
): Result<Host, HostError> {
  const policy = readPolicy(...config.policy);
  if (!policy.ok)
    return refuseAtHost('policy-malformed', policy.error.reason, 'put the right policy file there');
  const policyFiles = config.policy.map((file) => ({
    name: basename(file),
    sha256: hexFromBytes(sha256(readFileSync(file))),
  }));
  const path = join(directory, HOST_FILES.log);
  const log = openAuditLog(path, world.clock);
  if (!log.ok) {
    const reason = `the log breaks at line ${log.error.line}`;
    return refuseAtHost('host-log-damaged', reason, 'find out why before any key is used again');
  }
  const linesSince = (size: number) => readFileSync(path, 'utf8').split('\n').slice(size, -1);
  const lines = linesSince(0);
  const state = checkState(directory, lines);
  const fit = state.ok ? checkClock(lines, world) : state;
  if (!fit.ok) {
    log.value.close();
    return fit;
  }
  const close = () => {
    log.value.close();
    lock.release();
  };
  const read = { config, policy: policy.value, policyFiles };
  return ok({ directory, ...read, log: log.value, linesSince, world, close });
}

function checkClock(lines: readonly string[], { clock }: HostWorld): Result<true, HostError> {
  const seen = unixSecondsFromISO(/"time":"([^"]+)"/.exec(lines.at(-1) ?? '')?.[1] ?? '');
  const now = clock();
  if (!seen.ok || now >= seen.value) return ok(true);
  const reason = `this host's clock shows ${isoText(now)}, and its log ends at ${isoText(seen.value)}`;
  return refuseAtHost('clock-went-back', reason, 'set the clock right');
}

function readHostConfig(directory: string): Result<HostConfig, HostError> {
  const file = join(directory, HOST_FILES.config);
  const malformed = (reason: string) =>
    refuseAtHost('host-malformed', `${file}: ${reason}`, 'docs/operations.md lists its fields');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const reason = `${directory} has no ${HOST_FILES.config}`;
    return refuseAtHost('host-missing', reason, 'name the directory of the host with --host');
  }
  const json = parseJSON(text);
  if (!json.ok) return malformed(json.error.reason);
  const decoded = hostConfig(json.value, '');
  if (!decoded.ok) return malformed(`${decoded.error.pointer} ${decoded.error.reason}`);
  const { policy, keystores, approvals } = decoded.value;
  const { operators, required } = approvals;
  for (const field of ['name', 'spkiSha256'] as const) {
    if (new Set(operators.map((operator) => operator[field])).size < operators.length)
      return malformed(`/approvals/operators has one ${field} twice`);
  }
  if (operators.length < required) return malformed('/approvals/required is more than there are');
  return ok({
    approvals,
    policy: (typeof policy === 'string' ? [policy] : policy).map((file) =>
      resolve(directory, file),
    ),
    keystores: new Map(
      [...keystores].map(([name, value]) => [name, absoluteKeystore(directory, value)]),
    ),
  });
}

/** Opens the keys, asking for PIN and passphrase where the configuration says so, for one act. */
export async function withKeys<T>(
  { config, log, world }: Host,
  act: (door: SigningDoor) => Promise<Result<T, HostError>>,
): Promise<Result<T, HostError>> {
  const keystores = await openKeystores(config.keystores, world);
  if (!keystores.ok) {
    const { reason, remedy } = keystores.error;
    return err({ code: 'keystore-unavailable', reason, remedy });
  }
  const door = openSigningDoor(keystores.value, log);
  try {
    return await act(door);
  } finally {
    await door.close();
  }
}
