import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { CONFIG_FILE, type SignerConfig } from '../config.ts';
import { DATABASE_FILE } from '../setup/state-files.ts';
import { type Finding, fine, warning, wrong } from './finding.ts';

const GROUP_OR_OTHER = 0o077;
const DAY = 86_400;
const ENDS_SOON_DAYS = 30;

/** Everything that is secret, or that decides what is signed, is its owner's alone. */
export function checkModes(state: string, config: SignerConfig): readonly Finding[] {
  const secrets = [...config.keystores.values()].flatMap((keystore) => {
    const source = keystore.type === 'file' ? keystore.passphrase : keystore.pin;
    return 'file' in source ? [source.file] : [];
  });
  const keys = [...config.keystores.values()].flatMap((keystore) =>
    keystore.type === 'file' ? [keystore.directory, ...filesIn(keystore.directory)] : [],
  );
  const files = [
    // The database is behind the directory's mode.
    ...[state, join(state, CONFIG_FILE)],
    ...[join(state, 'tls/server.key.pem'), ...keys, ...secrets],
  ];
  const open = files.flatMap((file) => {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    if (mode === undefined)
      return [wrong('files', `${file} is missing`, 'restore it from the backup')];
    if ((mode & GROUP_OR_OTHER) === 0) return [];
    const octal = (mode & 0o777).toString(8);
    const remedy = `chmod go= ${file}, and think about who may have read it`;
    return [wrong('files', `${file} is open to group or others (${octal})`, remedy)];
  });
  return open.length > 0 ? open : [fine('files', `${files.length} are their owner's alone`)];
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.key.pem'))
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** Ends of certificates, and the name under which the server is asked. */
export function checkTLS(
  state: string,
  { listen }: SignerConfig,
  now: UnixSeconds,
): readonly Finding[] {
  const certificates = ['tls/operator-ca.pem', 'tls/server.pem', ...operatorCertificates(state)];
  return certificates.flatMap((path) => {
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(readFileSync(join(state, path)));
    } catch {
      return [wrong('mtls', `${path} cannot be read`, 'restore it from the backup')];
    }
    const isServer = path === 'tls/server.pem';
    const answers = ['0.0.0.0', '::'].includes(listen.host) || answersFor(certificate, listen.host);
    return [
      endFinding(path, unixSeconds(certificate.validToDate.getTime() / 1000), now),
      ...(isServer && !answers
        ? [
            warning(
              'mtls',
              `${path} is not for ${listen.host}`,
              'clients must name a host that it is for, or it has to be made anew',
            ),
          ]
        : []),
    ];
  });
}

function answersFor(certificate: X509Certificate, host: string): boolean {
  return (certificate.checkIP(host) ?? certificate.checkHost(host)) !== undefined;
}

function operatorCertificates(state: string): readonly string[] {
  try {
    return readdirSync(join(state, 'operators')).map((name) => `operators/${name}/cert.pem`);
  } catch {
    return [];
  }
}

function endFinding(path: string, end: UnixSeconds, now: UnixSeconds): Finding {
  const days = Math.floor((end - now) / DAY);
  if (days < 0) return wrong('mtls', `${path} ended ${-days} days ago`, 'make another one');
  if (days < ENDS_SOON_DAYS)
    return warning('mtls', `${path} ends in ${days} days`, 'make another one before it does');
  return fine('mtls', `${path} ends in ${days} days`);
}

const ROOM_LEAST = 256 << 20;

/** A backup needs the size of the database once more, a renewal some of it. */
export function checkDisk(state: string): Finding {
  const { bavail, bsize } = statfsSync(state);
  const free = bavail * bsize;
  const database = statSync(join(state, DATABASE_FILE), { throwIfNoEntry: false })?.size ?? 0;
  const found = `${mebibytes(free)} MiB are free, the database has ${mebibytes(database)} MiB`;
  const remedy = 'make room: a full disk stops every act of the CA';
  if (free < ROOM_LEAST) return wrong('disk', found, remedy);
  return free < ROOM_LEAST + 2 * database ? warning('disk', found, remedy) : fine('disk', found);
}

function mebibytes(octets: number): number {
  return Math.floor(octets / (1 << 20));
}
