import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  choice,
  type Decode,
  either,
  integer,
  list,
  mapOf,
  matching,
  nullable,
  optional,
  refined,
  required,
  strictObject,
} from '../shared/json-fields.ts';
import { parseJSON } from '../shared/json-text.ts';
import type { CertificatePolicy } from '../shared/policy/certificate-policy.ts';
import { joinPolicies, readPolicyFile } from '../shared/policy/policy-file.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type EdgeConfig, edge } from './edge-config.ts';
import { absoluteKeystore, type KeystoreConfig, keystoreConfig, path } from './keystore-config.ts';
import {
  type HeadConfig,
  head,
  type KVConfig,
  kv,
  type MetricsConfig,
  metrics,
  type RadarConfig,
  radar,
} from './publication-config.ts';
import type { StartError } from './service.ts';

/** `<state>/config.json`, read once at start; relative paths are under the state directory. */
export interface SignerConfig {
  /** One file or several: each a CP of its own, read together. Absolute. */
  readonly policy: readonly string[];
  readonly listen: { readonly host: string; readonly port: number };
  readonly keystores: ReadonlyMap<string, KeystoreConfig>;
  readonly publication: {
    readonly name: string;
    readonly keystore: string;
    readonly keyLabel: string;
  };
  /** null: nothing is published until a store is named. */
  readonly kv: KVConfig | null;
  readonly head: HeadConfig;
  /** Absent: no edge is asked for what it counts. */
  readonly radar?: RadarConfig;
  /** Absent: nothing is measured. */
  readonly metrics?: MetricsConfig;
  /** Absent: no edge may connect. */
  readonly edge?: EdgeConfig;
  /** Absent: a file of the audit log is closed at 64 MiB. */
  readonly audit?: { readonly segmentOctets: number };
  /** PEM, one or more CAs. Absent: the CA that `init` made certifies operators. */
  readonly operatorCA?: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
const name = matching(NAME, 'a name of lower-case letters, digits and hyphens');

/** One policy file, or several that are read as one. */
export const policyFiles: Decode<string | readonly string[]> = either(
  path,
  refined(
    list(path, 16),
    (files) => (files.length > 0 ? ok(files) : err('empty')),
    'must not be empty',
  ),
);

interface ConfigDocument extends Omit<SignerConfig, 'policy'> {
  readonly policy: string | readonly string[];
  readonly format: 'inkan-config-1';
}

const config: Decode<ConfigDocument> = strictObject<ConfigDocument>({
  format: required(choice('inkan-config-1')),
  policy: required(policyFiles),
  listen: required(
    strictObject<SignerConfig['listen']>({
      host: required(matching(/^[!-~]{1,255}$/, 'a host')),
      port: required(integer(0, 65_535)),
    }),
  ),
  keystores: required(mapOf(NAME, keystoreConfig)),
  publication: required(
    strictObject<SignerConfig['publication']>({
      name: required(
        matching(/^[A-Za-z0-9][A-Za-z0-9./:_-]{0,127}$/, 'a key name without spaces or +'),
      ),
      keystore: required(name),
      keyLabel: required(name),
    }),
  ),
  kv: required(nullable(kv)),
  head: required(head),
  radar: optional(radar),
  metrics: optional(metrics),
  edge: optional(edge),
  audit: optional(
    strictObject<NonNullable<SignerConfig['audit']>>({
      segmentOctets: required(integer(4_096, 1 << 30)),
    }),
  ),
  operatorCA: optional(path),
});

function malformed(
  file: string,
  reason: string,
): { readonly ok: false; readonly error: StartError } {
  return err({
    code: 'config-malformed',
    reason: `${file}: ${reason}`,
    remedy: 'Mend the file; docs/operations.md lists its fields.',
  });
}

export const CONFIG_FILE = 'config.json';

export function readConfig(state: string): Result<SignerConfig, StartError> {
  const file = join(state, CONFIG_FILE);
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch {
    return err({
      code: 'state-missing',
      reason: `${state} is not a state directory: it has no ${CONFIG_FILE}`,
      remedy: 'Make one with `inkan init --state DIR --policy FILE`, or name it with --state.',
    });
  }
  const parsed = parseJSON(json);
  if (!parsed.ok) return malformed(file, parsed.error.reason);
  const decoded = config(parsed.value, '');
  if (!decoded.ok) return malformed(file, `${decoded.error.pointer} ${decoded.error.reason}`);
  const keystores = new Map(
    [...decoded.value.keystores].map(([name, value]) => [name, absoluteKeystore(state, value)]),
  );
  if (!keystores.has(decoded.value.publication.keystore))
    return malformed(file, 'publication.keystore names no keystore');
  const { policy } = decoded.value;
  const files = typeof policy === 'string' ? [policy] : policy;
  const { operatorCA } = decoded.value;
  return ok({
    ...decoded.value,
    ...{ policy: files.map((one) => resolve(state, one)), keystores },
    ...(operatorCA === undefined ? {} : { operatorCA: resolve(state, operatorCA) }),
  });
}

/** The policy of all these files; refused with the place and the clause of what is wrong first. */
export function readPolicy(...files: readonly string[]): Result<CertificatePolicy, StartError> {
  const policies: CertificatePolicy[] = [];
  for (const file of files) {
    const policy = readOnePolicy(file);
    if (!policy.ok) return policy;
    policies.push(policy.value);
  }
  const [first, ...others] = policies;
  if (!first) return policyMalformed('no policy file is named');
  const joined = joinPolicies(first, ...others);
  return joined.ok ? joined : policyMalformed(`${joined.error.pointer} ${joined.error.reason}`);
}

function readOnePolicy(file: string): Result<CertificatePolicy, StartError> {
  try {
    const policy = readPolicyFile(readFileSync(file, 'utf8'));
    if (policy.ok) return policy;
    const [first, ...more] = policy.error;
    const rest = more.length === 0 ? '' : `, and ${more.length} more`;
    return policyMalformed(
      `${file}: ${first?.pointer} ${first?.reason} (${first?.clause})${rest}`,
      `Mend the policy file; \`inkan policy check ${file}\` tells all that is wrong.`,
    );
  } catch (error) {
    return policyMalformed(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function policyMalformed(
  reason: string,
  remedy: string = 'Mend the policy file.',
): Result<never, StartError> {
  return err({ code: 'policy-malformed', reason, remedy });
}
