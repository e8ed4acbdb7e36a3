import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { AuthorityView, StatusView } from '../../signer/operations/views.ts';
import {
  type CAOptions,
  makeCA,
  type RunningCA,
  type RunningSigner,
} from '../support/running-ca.ts';
import { type Answer, askOCSP, fetchCRL, makeRequest, REASON_NAMES } from './relying-party.ts';
import {
  brokenEpochs,
  type CertificateFact,
  NOTHING_LEFT,
  readAudit,
  readState,
  type SignerState,
} from './signer-state.ts';

export const ROOT = 'root-ca3';
export const SUB_CA = 'time-stamping-ca';

/** Longer than any machine takes; nobody waits for it unless something is wrong. */
const PATIENCE_MILLISECONDS = 90_000;

/** Waits until `check` no longer throws. */
export async function until(check: () => void | Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(200);
    }
  }
}

/** A CA with root and sub-CA, its edge running, its signer ended. */
export async function makeFaultCA(options: Partial<CAOptions> = {}): Promise<RunningCA> {
  const ca = await makeCA({ keys: 'fast', ...options });
  await ca.startEdge();
  return ca;
}

/** The audit log is closed every few events: what reads it has segments to read. */
export function closeLogOften(ca: RunningCA): void {
  const file = join(ca.layout.signer, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, audit: { segmentOctets: 4_096 } }));
}

export async function createAuthority(ca: RunningCA, name: string): Promise<AuthorityView> {
  const view = await ca.inkanJSON<AuthorityView>('ca', 'create', name);
  writeFileSync(ca.file(`${name}.pem`), view.certificate);
  return view;
}

export async function createHierarchy(ca: RunningCA): Promise<void> {
  await createAuthority(ca, ROOT);
  await createAuthority(ca, SUB_CA);
}

export function issueArguments(ca: RunningCA, name: string): readonly string[] {
  const request = makeRequest(ca, name);
  return ['certificate', 'issue', '--authority', SUB_CA, '--profile', 'tsa', '--request', request];
}

/** Answers the serial number. */
export async function issue(ca: RunningCA, name: string): Promise<string> {
  const view = await ca.inkanJSON<{ serialNumber: string }>(...issueArguments(ca, name));
  return view.serialNumber;
}

export function revokeArguments(serial: string, reason = 'keyCompromise'): readonly string[] {
  return ['certificate', 'revoke', serial, '--reason', reason];
}

/** Runs a command against a signer that a SIGKILL ends at `place`; the client must notice. */
export async function killedAt(
  ca: RunningCA,
  place: string,
  ...command: readonly string[]
): Promise<void> {
  const signer = await ca.startSigner({ INKAN_FAULT_STOP_AT: place });
  const end = await ca.inkan(...command);
  await expectKilled(signer, place, end.stdout + end.stderr);
  expect({ status: end.status, stderr: end.stderr }).toMatchObject({ status: 4 });
}

/** A signer that does what it does by itself, until a SIGKILL ends it at `place`. */
export async function killedOnSchedule(ca: RunningCA, place: string): Promise<void> {
  await expectKilled(await ca.startSigner({ INKAN_FAULT_STOP_AT: place }), place, '');
}

async function expectKilled(signer: RunningSigner, place: string, said: string): Promise<void> {
  const late = sleep(30_000, `still runs after ${place}: ${said} ${signer.log()}`, { ref: false });
  const ended = await Promise.race([signer.ended, late]);
  await signer.end();
  expect(ended).toBe('SIGKILL');
}

/** Nothing waits and every promised epoch was published: read where the signer cannot lie. */
export async function untilPublished(ca: RunningCA): Promise<void> {
  await until(async () => {
    const { outbox, lastPublishError } = await ca.inkanJSON<StatusView>('status');
    expect({ outbox, lastPublishError }).toEqual({ outbox: 0, lastPublishError: null });
    const { lines } = readAudit(ca);
    const newest = (type: string) =>
      lines.reduce(
        (most, line) => (line.type === type ? Math.max(most, line.epoch ?? 0) : most),
        0,
      );
    expect(newest('epoch-published')).toBe(newest('epoch-promised'));
  });
}

/** Starts the signer again with nobody asking anything of it, gives it time to publish, ends it. */
export async function recover(
  ca: RunningCA,
  meanwhile?: () => Promise<void>,
): Promise<SignerState> {
  const signer = await ca.startSigner();
  try {
    await untilPublished(ca);
    if (meanwhile) {
      await meanwhile();
      await untilPublished(ca);
    }
  } catch (error) {
    throw new Error(`the signer said: ${signer.log()}`, { cause: error });
  } finally {
    await signer.end();
  }
  const state = readState(ca);
  expectSoundState(ca, state);
  return state;
}

/** Everything that holds of the files of a signer that ended, whatever happened to it before. */
export function expectSoundState(ca: RunningCA, state: SignerState): void {
  expect(state.leftovers).toEqual(NOTHING_LEFT);
  const wrong = state.certificates.filter(
    (row) => row.responses !== (row.state === 'issued' ? 1 : 0),
  );
  expect(wrong).toEqual([]);
  const serials = state.certificates.map((row) => `${row.authority} ${row.serial}`);
  expect(new Set(serials).size).toBe(serials.length);
  for (const { name, crlNumber } of state.authorities) {
    const numbers = state.crls.filter((crl) => crl.authority === name).map((crl) => crl.number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(crlNumber);
  }
  expect(brokenEpochs(ca, state.epochs)).toEqual([]);
  expect(readAudit(ca).broken).toBe(0);
}

/** What everybody must be told about a certificate. */
export function answerOf(fact: CertificateFact): Answer {
  if (fact.state !== 'issued') return 'unauthorized';
  if (fact.revocationDate === null) return 'good';
  return `revoked ${REASON_NAMES[fact.reason ?? 0]} ${fact.revocationDate}`;
}

/** CRLs that were seen at the edge: a number is never used twice. */
const seenCRLs = new Map<string, string>();

/** Database = CRL = OCSP = edge for each of these certificates (RSP-24). */
export async function expectEdgeAgrees(
  ca: RunningCA,
  state: SignerState,
  certificates: readonly CertificateFact[] = state.certificates,
): Promise<void> {
  await until(async () => {
    for (const name of new Set(certificates.map((row) => row.authority))) {
      const crl = await fetchCRL(ca, name);
      const recorded = state.certificates.filter((row) => row.authority === name);
      const revoked = recorded.filter((row) => row.revocationDate !== null);
      expect(crl.entries).toEqual(new Map(revoked.map((row) => [row.serial, answerOf(row)])));
      const bytes = Buffer.from(crl.der).toString('hex');
      const key = `${ca.publicationKey} ${name} ${crl.number}`;
      expect(seenCRLs.get(key) ?? bytes).toBe(bytes);
      seenCRLs.set(key, bytes);
    }
    const told = certificates.map((row) => askOCSP(ca, row.authority, row.serial));
    expect(told).toEqual(certificates.map(answerOf));
  });
}

/** The certificate of this serial number, which must be on record. */
export function factOf(state: SignerState, serial: string): CertificateFact {
  const fact = state.certificates.find((row) => row.serial === serial);
  if (!fact) throw new Error(`${serial} is not on record`);
  return fact;
}
