import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import { unixSeconds } from '../../shared/time.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SignerConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { spkiFingerprint } from '../operators/client-certificate.ts';
import type { ServerCertificate } from '../operators/ending.ts';
import { type OperatorTrust, readOperatorTrust } from '../operators/operator-trust.ts';
import { type OperatorRegister, operatorRegister } from '../operators/register.ts';
import type { StartError } from '../service.ts';
import { damagedState } from './damaged-state.ts';

/** Who may come in, and the server that they come to. */
export interface OpenOperators {
  readonly trust: OperatorTrust;
  /** By the CA of `init`, whatever certifies operators by now. */
  readonly ownTrust: OperatorTrust;
  readonly register: OperatorRegister;
  readonly server: ServerCertificate;
  /** PEM. */
  readonly serverCertificate: string;
  readonly serverKey: string;
}

/** Reads `tls/` and what config.json says of it. */
export function openOperators(
  state: string,
  config: SignerConfig,
  db: Database,
  audit: AuditLog,
): Result<OpenOperators, StartError> {
  const read = (file: string) => readFileSync(join(state, 'tls', file), 'utf8');
  const own = readOperatorTrust(read('operator-ca.pem'), config.publication.keystore);
  if (!own.ok) return damagedState(`tls/operator-ca.pem: ${own.error.reason}`);
  const trust = config.operatorCA === undefined ? own : trustElsewhere(config.operatorCA);
  if (!trust.ok) return trust;
  const serverCertificate = read('server.pem');
  const server = serverOf(serverCertificate);
  if (!server) return damagedState('tls/server.pem is no certificate');
  return ok({
    ...{
      trust: trust.value,
      ownTrust: own.value,
      server,
      serverCertificate,
      serverKey: read('server.key.pem'),
    },
    register: operatorRegister(db, audit),
  });
}

function trustElsewhere(path: string): Result<OperatorTrust, StartError> {
  const trust = readOperatorTrust(textOf(path), null);
  if (trust.ok) return trust;
  return err({
    code: 'config-malformed',
    reason: `operatorCA: ${path}: ${trust.error.reason}`,
    remedy:
      'Name a readable PEM file with the certificates of the CAs that certify your operators.',
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function serverOf(text: string): ServerCertificate | undefined {
  try {
    const certificate = new X509Certificate(text);
    const notAfter = unixSeconds(certificate.validToDate.getTime() / 1000);
    return { spkiSha256: spkiFingerprint(certificate), notAfter };
  } catch {
    return undefined;
  }
}
