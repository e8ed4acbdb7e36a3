import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { decodeConfiguration, type Env } from '../../workers/env.ts';

/** What is wrong in a wrangler.toml before it goes to an account. */
export interface DeploymentFault {
  /** `error`: wrong or missing answers, or more told than should be. `warning`: worth a look. */
  readonly level: 'error' | 'warning';
  /** The table or field, as it is written in wrangler.toml. */
  readonly at: string;
  readonly what: string;
  readonly remedy: string;
}

interface Binding {
  readonly binding: string;
}

interface Route {
  readonly pattern: string;
  readonly custom_domain?: boolean | undefined;
}

/** What is looked at of an environment, as wrangler reads it. */
export interface Deployment {
  readonly compatibility_date?: string | undefined;
  readonly compatibility_flags: readonly string[];
  readonly routes?: readonly (string | Route)[] | undefined;
  readonly workers_dev?: boolean | undefined;
  readonly preview_urls?: boolean | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly kv_namespaces: readonly (Binding & { readonly id?: string | undefined })[];
  readonly r2_buckets: readonly (Binding & { readonly bucket_name?: string | undefined })[];
  readonly mtls_certificates: readonly (Binding & { readonly certificate_id?: string })[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly migrations: readonly { readonly new_sqlite_classes?: readonly string[] | undefined }[];
  readonly triggers: { readonly crons: readonly string[] | undefined };
  readonly observability?:
    | { readonly logs?: { readonly invocation_logs?: boolean | undefined } | undefined }
    | undefined;
}

/** The date that this Worker was tested with; wrangler and workerd are locked beside it. */
const COMPATIBILITY_DATE = '2026-10-20';

const PLACEHOLDER = /^[0-]+$/;

/** Every fault of one environment; with policies also the hosts that nobody would answer. */
export function deploymentFaults(
  deployment: Deployment,
  policies: readonly CertificatePolicy[],
): readonly DeploymentFault[] {
  return [
    ...platformFaults(deployment),
    ...bindingFaults(deployment),
    ...variableFaults(deployment),
    ...hostFaults(deployment, policies),
  ];
}

function platformFaults(deployment: Deployment): readonly DeploymentFault[] {
  const { compatibility_date: date, compatibility_flags: flags, observability } = deployment;
  const found: DeploymentFault[] = [];
  if (date !== COMPATIBILITY_DATE)
    found.push(
      fault('compatibility_date', `is ${date}`, `use ${COMPATIBILITY_DATE}, which was tested`),
    );
  if (flags.length > 0)
    found.push(fault('compatibility_flags', `has ${flags.join(', ')}`, 'the Worker needs none'));
  for (const field of ['workers_dev', 'preview_urls'] as const) {
    if (deployment[field] !== false)
      found.push(
        fault(field, 'is not false', 'OCSP is answered at every path of every host: set it false'),
      );
  }
  if (observability?.logs?.invocation_logs !== false)
    found.push(
      fault(
        'observability.logs.invocation_logs',
        'is not false',
        'invocation logs hold client addresses: set it false',
      ),
    );
  if ((deployment.triggers.crons ?? []).length === 0)
    found.push(fault('triggers.crons', 'is empty', 'without it nothing watches what runs out'));
  return found;
}

function bindingFaults(deployment: Deployment): readonly DeploymentFault[] {
  const { kv_namespaces, r2_buckets, mtls_certificates, durable_objects, migrations } = deployment;
  const found: DeploymentFault[] = [];
  const namespace = kv_namespaces.find(({ binding }) => binding === 'SNAPSHOT');
  if (!namespace)
    found.push(fault('kv_namespaces', 'has no SNAPSHOT', 'bind the namespace of the snapshot'));
  else if (!isSet(namespace.id))
    found.push(
      fault('kv_namespaces.id', 'is a placeholder', 'run `npx wrangler kv namespace create`'),
    );
  for (const { binding, bucket_name: bucket } of r2_buckets) {
    if (!isSet(bucket)) found.push(fault(`r2_buckets ${binding}`, 'has no bucket', 'name one'));
  }
  for (const { binding, certificate_id: certificate } of mtls_certificates) {
    if (!isSet(certificate))
      found.push(
        fault(
          `mtls_certificates ${binding}`,
          'is a placeholder',
          'run `npx wrangler mtls-certificate upload`',
        ),
      );
  }
  const made = migrations.flatMap(({ new_sqlite_classes: names = [] }) => names);
  const classes = durable_objects.bindings.map(({ class_name: name }) => name);
  for (const name of classes.filter((one) => !made.includes(one)))
    found.push(fault('migrations', `make no ${name}`, 'keep the migrations of this repository'));
  if (classes.length === 0)
    found.push({
      ...fault('durable_objects', 'is empty', 'bind RADAR, or `inkan radar` sees nothing'),
      level: 'warning',
    });
  return found;
}

function variableFaults({ vars, mtls_certificates }: Deployment): readonly DeploymentFault[] {
  const found: DeploymentFault[] = [];
  if (vars['PUBLICATION_KEY'] === '')
    found.push(
      fault('vars.PUBLICATION_KEY', 'is empty', 'put the text there that `inkan init` printed'),
    );
  else {
    const bound = new Set(mtls_certificates.map(({ binding }) => binding));
    const signer = bound.has('SIGNER') ? { SIGNER: { fetch: () => undefined } } : {};
    // Only the variables are read; the bindings are there when the platform starts the Worker.
    const env: unknown = { ...vars, ...signer, SNAPSHOT: { get: () => undefined } };
    const read = decodeConfiguration(env as Env);
    if (!read.ok)
      found.push(
        fault(
          `vars.${read.error.variable}`,
          'is not what the Worker takes',
          'see its comment in wrangler.toml',
        ),
      );
  }
  if (vars['ALARM_WEBHOOK'] !== undefined)
    found.push(
      fault(
        'vars.ALARM_WEBHOOK',
        'is readable by all who see the account',
        'take it out and run `npx wrangler secret put ALARM_WEBHOOK --env production`',
      ),
    );
  return found;
}

function hostFaults(
  { routes = [] }: Deployment,
  policies: readonly CertificatePolicy[],
): readonly DeploymentFault[] {
  const given = routes.map((route) => (typeof route === 'string' ? { pattern: route } : route));
  if (given.length === 0)
    return [fault('routes', 'is empty', 'name the hosts of OCSP and of the files')];
  const partial = given
    .filter((route) => hostOf(route) === undefined)
    .map(({ pattern }) =>
      fault(
        'routes',
        `has ${pattern}, which is not every path of a host over http`,
        'give a host with custom_domain = true, or `host/*` of a zone',
      ),
    );
  const hosts = given.flatMap((route) => hostOf(route) ?? []);
  const unset = hosts
    .filter((host) => /(?:^|\.)example(?:\.(?:com|net|org))?$/.test(host))
    .map((host) => fault('routes', `has ${host}, which is nobody's`, 'name your own host'));
  const wanted = new Set(policies.flatMap(hostsOfPolicy));
  const missing = [...wanted]
    .filter((host) => !hosts.some((one) => covers(one, host)))
    .map((host) => fault('routes', `lacks ${host}`, 'it stands in certificates of the policy'));
  return [...partial, ...unset, ...missing];
}

/** The host that a route answers for wholly, perhaps with a wildcard; undefined when it does not. */
function hostOf({ pattern, custom_domain: custom }: Route): string | undefined {
  const form = custom ? /^([A-Za-z0-9.-]+)$/ : /^(?:http:\/\/)?(\*?[A-Za-z0-9.-]+)\/\*$/;
  return form.exec(pattern)?.[1];
}

/** Hosts that a policy writes into certificates: CDP and AIA. */
function hostsOfPolicy({ authorities }: CertificatePolicy): readonly string[] {
  return [...authorities.values()].flatMap(({ crl, caIssuers, ocsp, certificates }) =>
    [crl, caIssuers, ocsp, certificates].flatMap((service) =>
      service ? [new URL(service.url.value).hostname] : [],
    ),
  );
}

function covers(given: string, host: string): boolean {
  return given === host || (given.startsWith('*') && host.endsWith(given.slice(1)));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && !PLACEHOLDER.test(value);
}

function fault(at: string, what: string, remedy: string): DeploymentFault {
  return { level: 'error', at, what, remedy };
}
