import { opensslOk, ScratchDirectory } from '../../support/openssl.ts';

/** What openssl made in a scratch directory; paths of PEM files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface OperatorPKI {
  readonly scratch: ScratchDirectory;
  readonly ca: Identity;
  readonly server: Identity;
  readonly operator: Identity;
  readonly secondOperator: Identity;
  readonly expired: Identity;
  readonly noPurpose: Identity;
  readonly nameless: Identity;
  /** Of another CA with the same name. */
  readonly stranger: Identity;
  readonly selfSigned: Identity;
}

const SERVER_EXTENSIONS =
  'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n';
const CLIENT_EXTENSIONS = 'extendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:FALSE\n';

/** An operator CA, its server and its operators, and those who must stay outside. */
export function makeOperatorPKI(): OperatorPKI {
  const scratch = new ScratchDirectory();
  const ca = makeCA(scratch, 'operator-ca');
  const otherCA = makeCA(scratch, 'other-ca');
  const client = (
    name: string,
    subject: string,
    extra: readonly string[] = ['-days', '2'],
  ): Identity => issue(scratch, ca, { name, subject, extensions: CLIENT_EXTENSIONS, extra });
  return {
    scratch,
    ca,
    server: issue(scratch, ca, {
      name: 'server',
      subject: '/CN=signer',
      extensions: SERVER_EXTENSIONS,
    }),
    operator: client('alice', '/CN=alice'),
    secondOperator: client('bob', '/CN=bob'),
    expired: client('expired', '/CN=expired', ['-days', '-1']),
    noPurpose: issue(scratch, ca, {
      name: 'no-purpose',
      subject: '/CN=no-purpose',
      extensions: 'basicConstraints=critical,CA:FALSE\n',
    }),
    nameless: client('nameless', '/O=Example'),
    stranger: issue(scratch, otherCA, {
      name: 'stranger',
      subject: '/CN=alice',
      extensions: CLIENT_EXTENSIONS,
    }),
    selfSigned: selfSigned(scratch, 'self-signed'),
  };
}

interface Wanted {
  readonly name: string;
  readonly subject: string;
  readonly extensions: string;
  readonly extra?: readonly string[];
}

export function issue(scratch: ScratchDirectory, issuer: Identity, wanted: Wanted): Identity {
  const key = newKey(scratch, wanted.name);
  const certificate = scratch.file(`${wanted.name}.pem`);
  const request = scratch.file(`${wanted.name}.csr`);
  const extensions = scratch.write(`${wanted.name}.ext`, wanted.extensions);
  opensslOk(['req', '-new', '-key', key, '-subj', wanted.subject, '-out', request]);
  opensslOk([
    ...['x509', '-req', '-in', request, '-CA', issuer.certificate, '-CAkey', issuer.key],
    ...['-CAcreateserial', '-extfile', extensions, '-out', certificate],
    ...(wanted.extra ?? ['-days', '2']),
  ]);
  return { certificate, key };
}

function makeCA(scratch: ScratchDirectory, name: string): Identity {
  const key = newKey(scratch, name);
  const certificate = scratch.file(`${name}.pem`);
  opensslOk([
    ...['req', '-x509', '-new', '-key', key, '-subj', '/CN=Inkan operator CA', '-days', '2'],
    ...['-addext', 'keyUsage=critical,keyCertSign', '-out', certificate],
  ]);
  return { certificate, key };
}

function selfSigned(scratch: ScratchDirectory, name: string): Identity {
  const key = newKey(scratch, name);
  const certificate = scratch.file(`${name}.pem`);
  opensslOk([
    ...['req', '-x509', '-new', '-key', key, '-subj', '/CN=alice', '-days', '2'],
    ...['-addext', 'extendedKeyUsage=clientAuth', '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-config', scratch.write('empty.cnf', '[req]\ndistinguished_name=dn\n[dn]\n')],
    ...['-out', certificate],
  ]);
  return { certificate, key };
}

function newKey(scratch: ScratchDirectory, name: string): string {
  const key = scratch.file(`${name}.key.pem`);
  opensslOk(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key]);
  return key;
}
