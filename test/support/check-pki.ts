import { readFileSync } from 'node:fs';
import { hexFromBytes } from '../../shared/bytes.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { Authority } from '../../workers/repository/check/authorities.ts';
import { type Certificate, decodeCertificate } from '../../workers/repository/check/certificate.ts';
import { digest } from '../../workers/repository/check/signature.ts';
import type { World } from '../../workers/repository/check/world.ts';
import { openssl, opensslOk, ScratchDirectory } from './openssl.ts';

/** Keys that openssl can make here. */
export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA';

const NEW_KEY: Readonly<Record<KeyKind, readonly string[]>> = {
  'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  RSA: ['-newkey', 'rsa:2048'],
};

/** Extensions by profile, as `openssl x509 -extfile` reads them. */
const PROFILES = {
  ca: 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign',
  leaf: 'keyUsage=critical,digitalSignature',
  tsa: 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping',
  'tsa-lax': 'keyUsage=critical,digitalSignature\nextendedKeyUsage=timeStamping',
  'tsa-two':
    'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping,codeSigning',
  responder: 'keyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\nnoCheck=ignored',
  critical: 'keyUsage=critical,digitalSignature\n1.3.6.1.4.1.99999.9=critical,DER:0500',
} as const;

export type Profile = keyof typeof PROFILES;

/** A certificate made by openssl, as files and as the check page reads it. */
export interface Party {
  readonly name: string;
  readonly pem: string;
  readonly key: string;
  readonly der: Uint8Array;
  readonly certificate: Certificate;
}

/** One line of the index of `openssl ca`: what its responder knows. */
export interface Recorded {
  readonly party: Party;
  /** `at`: seconds since 1970; `reason` as openssl writes it. */
  readonly revoked?: { readonly at: number; readonly reason?: string };
}

export interface IssueOptions {
  /** Instead of the name of its files. */
  readonly commonName?: string;
  readonly days?: number;
}

export interface Answering {
  readonly responder?: Party;
  /** In 7 days, or none. */
  readonly nextUpdate?: 'none';
  /** Also openssl's own switches. */
  readonly arguments?: readonly string[];
}

let serial = 0x4f00;

/** X.509 by the openssl command line: nothing here comes from the code that is tested. */
export class CheckPKI {
  readonly scratch: ScratchDirectory = new ScratchDirectory();

  root(name: string, kind: KeyKind = 'P-256'): Party {
    const [pem, key] = [this.scratch.file(`${name}.pem`), this.scratch.file(`${name}.key`)];
    const config = this.scratch.write(
      `${name}.cnf`,
      `[req]\ndistinguished_name=dn\nx509_extensions=ca\n[dn]\n[ca]\n${PROFILES.ca}\nsubjectKeyIdentifier=hash\n`,
    );
    opensslOk([
      ...['req', '-x509', ...NEW_KEY[kind], '-nodes', '-keyout', key, '-config', config],
      ...['-subj', `/C=JP/O=Inkan check/CN=${name}`, '-days', '3650', '-out', pem],
    ]);
    return this.#party(name);
  }

  issue(
    issuer: Party,
    name: string,
    profile: Profile,
    kind: KeyKind = 'P-256',
    { commonName = name, days = 365 }: IssueOptions = {},
  ): Party {
    const file = (suffix: string) => this.scratch.file(`${name}.${suffix}`);
    opensslOk([
      ...['req', '-new', ...NEW_KEY[kind], '-nodes', '-keyout', file('key')],
      ...['-subj', `/C=JP/O=Inkan check/CN=${commonName}`, '-out', file('csr')],
    ]);
    const extensions = `${PROFILES[profile]}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n`;
    opensslOk([
      ...['x509', '-req', '-in', file('csr'), '-CA', issuer.pem, '-CAkey', issuer.key],
      ...[
        '-set_serial',
        `0x${(serial++).toString(16)}`,
        '-days',
        String(days),
        '-out',
        file('pem'),
      ],
      ...['-extfile', this.scratch.write(`${name}.ext`, extensions)],
    ]);
    return this.#party(name);
  }

  /** Another certificate for the same name and key (RFC 5280 3.2), by the same issuer. */
  renew(issuer: Party, ca: Party, name: string): Party {
    const file = (suffix: string) => this.scratch.file(`${name}.${suffix}`);
    const extensions = `${PROFILES.ca}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n`;
    opensslOk([
      ...['x509', '-req', '-in', this.scratch.file(`${ca.name}.csr`), '-out', file('pem')],
      ...['-CA', issuer.pem, '-CAkey', issuer.key, '-set_serial', `0x${(serial++).toString(16)}`],
      ...['-days', '400', '-extfile', this.scratch.write(`${name}.ext`, extensions)],
    ]);
    return { ...this.#party(name), key: ca.key };
  }

  #party(name: string): Party {
    const pem = this.scratch.file(`${name}.pem`);
    const der = new Uint8Array(opensslOk(['x509', '-in', pem, '-outform', 'DER']).stdout);
    const certificate = decodeCertificate(der);
    if (!certificate) throw new Error(`unreadable certificate of openssl: ${name}`);
    return { name, pem, key: this.scratch.file(`${name}.key`), der, certificate };
  }

  /** What `openssl ocsp` answers to this request for a CA whose index is `recorded`. */
  answer(
    request: Uint8Array,
    issuer: Party,
    recorded: readonly Recorded[],
    { responder = issuer, nextUpdate, arguments: more = [] }: Answering = {},
  ): Uint8Array {
    const [asked, answer] = [
      this.scratch.write('ocsp.req', request),
      this.scratch.file('ocsp.resp'),
    ];
    const lines = recorded.map(indexLine).join('');
    opensslOk([
      ...['ocsp', '-index', this.scratch.write('index.txt', lines), '-CA', issuer.pem],
      ...['-rsigner', responder.pem, '-rkey', responder.key, '-reqin', asked, '-respout', answer],
      ...(nextUpdate === 'none' ? [] : ['-ndays', '7']),
      ...more,
    ]);
    return this.scratch.read('ocsp.resp');
  }

  /** `openssl ts`: a TimeStampResp for `data`, with certificates unless told otherwise. */
  stamp(tsa: Party, data: Uint8Array, options: StampOptions = {}): Uint8Array {
    const { essHash = 'sha256', withCertificates = true, chain } = options;
    const settings = [
      '[tsa]',
      `serial = ${this.scratch.write('tsa-serial', '01\n')}`,
      'default_policy = 1.3.6.1.4.1.99999.2',
      'digests = sha256, sha384, sha512, sha1',
      `signer_digest = ${options.signerDigest ?? 'sha256'}`,
      `ess_cert_id_alg = ${essHash}`,
      'accuracy = secs:1',
      'ess_cert_id_chain = no',
    ];
    const config = this.scratch.write('tsa.cnf', `${settings.join('\n')}\n`);
    const file = this.scratch.write('stamped', data);
    const [query, reply] = [this.scratch.file('query.tsq'), this.scratch.file('reply.tsr')];
    const hash = `-${options.imprintHash ?? 'sha256'}`;
    const asks = withCertificates ? ['-cert'] : [];
    opensslOk(['ts', '-query', '-data', file, hash, ...asks, '-out', query]);
    opensslOk([
      ...['ts', '-reply', '-config', config, '-section', 'tsa', '-queryfile', query],
      ...['-signer', tsa.pem, '-inkey', tsa.key, '-out', reply],
      ...(chain ? ['-chain', chain.pem] : []),
    ]);
    return this.scratch.read('reply.tsr');
  }

  /** The TimeStampToken alone (`.tst`). */
  tokenOf(response: Uint8Array): Uint8Array {
    const path = this.scratch.write('token.tsr', response);
    return new Uint8Array(opensslOk(['ts', '-reply', '-in', path, '-token_out']).stdout);
  }

  /** The same TSTInfo signed by `openssl cms` for somebody whom `openssl ts` would refuse. */
  resign(response: Uint8Array, signer: Party): Uint8Array {
    const token = this.scratch.write('resigned.tst', this.tokenOf(response));
    const [info, signed] = [this.scratch.file('tst-info'), this.scratch.file('resigned.der')];
    opensslOk(['cms', '-verify', '-noverify', '-inform', 'DER', '-in', token, '-out', info]);
    opensslOk([
      ...['cms', '-sign', '-cades', '-binary', '-nodetach', '-nosmimecap', '-outform', 'DER'],
      ...['-econtent_type', '1.2.840.113549.1.9.16.1.4', '-in', info, '-out', signed],
      ...['-signer', signer.pem, '-inkey', signer.key],
    ]);
    return this.scratch.read('resigned.der');
  }

  /** Whether `openssl ts -verify` believes a token over this data, under this root. */
  opensslVerifies(response: Uint8Array, data: Uint8Array, root: Party, subCA: Party): boolean {
    const path = this.scratch.write('verified.tsr', response);
    const file = this.scratch.write('verified.data', data);
    const trust = ['-CAfile', root.pem, '-untrusted', subCA.pem];
    return openssl(['ts', '-verify', '-in', path, '-data', file, ...trust]).status === 0;
  }

  async authority({ name, certificate, der }: Party): Promise<Authority> {
    return { name, certificate, sha256: hexFromBytes(await digest('SHA-256', der)) };
  }

  pemOf(...parties: readonly Party[]): string {
    return parties.map(({ pem }) => readFileSync(pem, 'utf8')).join('');
  }
}

export interface StampOptions {
  readonly essHash?: 'sha1' | 'sha256' | 'sha384';
  readonly imprintHash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly signerDigest?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly withCertificates?: boolean;
  readonly chain?: Party;
}

/** UTCTime, as `openssl ca` writes its index. */
function indexTime(seconds: number): string {
  return new Date(seconds * 1000)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2);
}

function indexLine({ party, revoked }: Recorded): string {
  const { serialNumber, notAfter } = party.certificate;
  const reason = revoked?.reason === undefined ? '' : `,${revoked.reason}`;
  const fields = [
    revoked ? 'R' : 'V',
    indexTime(notAfter),
    revoked ? `${indexTime(revoked.at)}${reason}` : '',
    hexFromBytes(serialNumber).toUpperCase(),
    'unknown',
    `/CN=${party.name}`,
  ];
  return `${fields.join('\t')}\n`;
}

/** The machine's time, which is openssl's too. */
export function nowByClock(): UnixSeconds {
  return unixSeconds(Math.floor(Date.now() / 1000));
}

/** A world that answers OCSP by `answer` and serves nothing else; counts what is asked. */
export function worldOf(
  answer: (request: Uint8Array) => Uint8Array | undefined,
  now: () => UnixSeconds = nowByClock,
): World & { readonly asked: Uint8Array[] } {
  const asked: Uint8Array[] = [];
  return {
    asked,
    now,
    get: async () => undefined,
    askOCSP: async (request) => {
      asked.push(request);
      return answer(request);
    },
  };
}
