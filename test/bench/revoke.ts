import { setTimeout as sleep } from 'node:timers/promises';
import { bytesEqual } from '../../shared/bytes.ts';
import { type Hierarchy, startHierarchy } from '../support/hierarchy.ts';
import { ocspResponseText, ScratchDirectory } from '../support/openssl.ts';
import { fetchBody, issueTarget, type Target } from '../support/revocation-watch.ts';
import { type Figure, type Section, spread } from './figure.ts';

const HEAD_REREAD_SECONDS = 2;
const TRIALS = 5;
const POLL_MS = 20;

/** So long that only a fault is left. */
const GIVE_UP_MS = 30_000;

export const revoke: Section = {
  name: 'revoke',
  what: 'from `inkan certificate revoke` returning to the edge answering revoked',
  run: async (progress) => {
    const scratch = new ScratchDirectory();
    const pki = await startHierarchy({ keys: 'fast', headRereadSeconds: HEAD_REREAD_SECONDS });
    const seconds: number[] = [];
    try {
      for (let trial = 0; trial < TRIALS; trial++) {
        const target = await issueTarget(pki, scratch, `bench-${trial}`);
        // Anywhere between two re-readings of the head.
        await sleep((HEAD_REREAD_SECONDS * 1000 * trial) / TRIALS);
        seconds.push(await secondsUntilRevoked(pki, target, scratch));
        progress(`trial ${trial + 1}: ${seconds.at(-1)?.toFixed(2)} s`);
      }
    } finally {
      await pki.close();
    }
    return figures(seconds);
  },
};

function figures(seconds: readonly number[]): readonly Figure[] {
  return [
    {
      key: 'revoke.visibleSeconds',
      value: Math.max(...seconds),
      bound: { atMost: HEAD_REREAD_SECONDS + 1 },
      how: `largest of the trials, both CertID hashes, asked every ${POLL_MS} ms; ${spread(seconds)}; bound: the re-read interval and one second`,
    },
    {
      key: 'revoke.headRereadSeconds',
      value: HEAD_REREAD_SECONDS,
      how: 'the setting of the edge in these trials (30 in production)',
    },
  ];
}

async function secondsUntilRevoked(
  pki: Hierarchy,
  { certificate, requests }: Target,
  scratch: ScratchDirectory,
): Promise<number> {
  const ask = () => Promise.all(requests.map((request) => fetchBody(pki.ca.edge, request)));
  const good = await untilEach(ask, (answer) => says(scratch, answer, 'good'));
  let returned: number | undefined;
  // Asking goes on while the command runs, so that the edge's re-reading has its usual rhythm.
  const revoking = pki.revoke(certificate.serialNumber, 'keyCompromise').then(() => {
    returned = performance.now();
  });
  await untilEach(
    ask,
    (answer) => !good.some((old) => bytesEqual(old, answer)) && says(scratch, answer, 'revoked'),
  );
  const seen = performance.now();
  await revoking;
  return Math.max(0, seen - (returned ?? seen)) / 1000;
}

async function untilEach(
  ask: () => Promise<readonly Uint8Array[]>,
  isSo: (answer: Uint8Array) => boolean,
): Promise<readonly Uint8Array[]> {
  for (const start = performance.now(); performance.now() - start < GIVE_UP_MS; ) {
    const answers = await ask();
    if (answers.every(isSo)) return answers;
    await sleep(POLL_MS);
  }
  throw new Error('the edge never gave the answer');
}

function says(scratch: ScratchDirectory, answer: Uint8Array, status: string): boolean {
  return ocspResponseText(scratch, answer).includes(`Cert Status: ${status}`);
}
