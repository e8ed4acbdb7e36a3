import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { sequence } from '../../shared/der/writer.ts';
import { CERT_ID_HASHES, encodeCertID } from '../../shared/ocsp/cert-id.ts';
import {
  decodeOCSPShard,
  rebuildOCSPResponse,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { epochBlobs, latestEpoch } from '../../signer/database/epoch-table.ts';
import { demoLayout } from '../../signer/demo/demo-layout.ts';
import { bundleWorker } from '../../signer/demo/edge.ts';
import { endProcess } from '../../signer/demo/signer-process.ts';
import { identityOf } from '../../signer/issuance/public-key.ts';
import { openSignerInProcess, type SignerInProcess } from '../support/signer-in-process.ts';
import type { EdgeProcessArguments, EdgeProcessReady } from './edge-process.ts';
import { type Figure, median, type Section, spread } from './figure.ts';
import { CONNECTIONS, type Load, type LoadGenerator, loadGenerator } from './load.ts';
import { childProcess, processorSeconds } from './processor-time.ts';

const CERTIFICATES = 1_000;
const ROUNDS = 7;
const ROUND_SECONDS = 1;
const LEAST = 0.75;

export const edge: Section = {
  name: 'edge',
  what: 'OCSP requests/s of the Worker as a share of a bare Worker',
  run: async (progress) => {
    const directory = mkdtempSync(join(tmpdir(), 'inkan-bench-edge-'));
    const ca = await openSignerInProcess('p256', CERTIFICATES);
    let child: ChildProcess | undefined;
    try {
      const snapshot = writeSnapshot(ca, directory);
      const script = await bundleWorker(demoLayout(directory));
      const started = await startEdgeProcess({ ...snapshot, script });
      child = started.child;
      const requests = ocspRequests(ca);
      await warmUp(started.urls, requests);
      const workerd = childProcess(child.pid ?? 0, 'workerd');
      const generator = loadGenerator(directory);
      const figures: Figure[] = [];
      for (const method of ['GET', 'POST'] as const) {
        const under = { ...started.urls, workerd, generator, load: load(method, requests) };
        figures.push(...(await compare(under, progress)));
      }
      return figures;
    } finally {
      if (child) await endProcess(child);
      await ca.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** One DER OCSPRequest for each certificate and CertID hash. */
function ocspRequests({ authority, serialNumbers }: SignerInProcess): readonly Uint8Array[] {
  const issuer = identityOf(authority.row);
  return serialNumbers.flatMap((serialNumber) =>
    CERT_ID_HASHES.map((hash) => {
      const certID = encodeCertID({ hash, ...issuer[hash], serialNumber });
      return sequence(sequence(sequence(sequence(certID))));
    }),
  );
}

/** RFC 6960 A.1. */
function load(method: Load['method'], requests: readonly Uint8Array[]): Load {
  if (method === 'POST') return { method, requests };
  const target = (der: Uint8Array) => `/${encodeURIComponent(Buffer.from(der).toString('base64'))}`;
  return { method, requests: requests.map(target) };
}

/** What the KV holds, as files; and octets of the mean length of a response for the bare Worker. */
function writeSnapshot(
  { context, publicationKey }: SignerInProcess,
  directory: string,
): Omit<EdgeProcessArguments, 'script'> {
  const epoch = latestEpoch(context.db);
  if (!epoch) throw new Error('no epoch');
  const blobs = epochBlobs(context.db, epoch.number);
  const values = [
    ...blobs.map(({ hash, bytes }) => [`blob/${hexFromBytes(hash)}`, bytes] as const),
    ['head', epoch.note] as const,
  ];
  const kv = values.map(([key, bytes], i) => {
    const file = join(directory, `value-${i}`);
    writeFileSync(file, bytes);
    return { key, file };
  });
  const answer = join(directory, 'answer');
  writeFileSync(answer, new Uint8Array(meanAnswerLength(blobs.map(({ bytes }) => bytes))));
  return { publicationKey, kv, answer };
}

function meanAnswerLength(blobs: readonly Uint8Array[]): number {
  const lengths = blobs.flatMap((bytes) => {
    const shard = decodeOCSPShard(bytes);
    if (!shard.ok) return [];
    return Array.from(shard.value.entryOffsets, (_, i) => {
      const stored = storedResponseAt(shard.value, i);
      return stored ? rebuildOCSPResponse(shard.value, stored, 'sha256').length : 0;
    });
  });
  return Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length);
}

async function startEdgeProcess(
  settings: EdgeProcessArguments,
): Promise<{ readonly child: ChildProcess; readonly urls: EdgeProcessReady }> {
  const file = join(import.meta.dirname, 'edge-process.ts');
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(file, [JSON.stringify(settings)], { stdio });
  const urls = await new Promise<EdgeProcessReady>((resolve, reject) => {
    child.once('message', (ready: EdgeProcessReady) => resolve(ready));
    child.once('exit', (code) => reject(new Error(`the edge ended (${code})`)));
  });
  return { child, urls };
}

/** Every answer once, both ways: a signed response each, then in the memory of the Worker. */
async function warmUp({ ours }: EdgeProcessReady, requests: readonly Uint8Array[]): Promise<void> {
  const get = load('GET', requests).requests;
  for (const [i, request] of requests.entries()) {
    const body = new Uint8Array(request);
    const posted = await fetch(ours, { method: 'POST', body });
    const got = await fetch(new URL(String(get[i]), ours));
    const [one, other] = [posted, got].map((answer) => answer.arrayBuffer());
    const der = new Uint8Array((await one) ?? []);
    if (der.length < 100 || !bytesEqual(der, new Uint8Array((await other) ?? []))) {
      throw new Error(`request ${i} has no signed response`);
    }
  }
}

interface UnderLoad extends EdgeProcessReady {
  readonly workerd: number | undefined;
  readonly generator: LoadGenerator;
  readonly load: Load;
}

interface Round {
  readonly requestsPerSecond: number;
  /** Processor seconds of workerd a request, and of each second that passed. */
  readonly processor: number;
  readonly busy: number;
}

async function round(
  { workerd, generator, load: requests }: UnderLoad,
  url: string,
): Promise<Round> {
  const before = workerd === undefined ? Number.NaN : processorSeconds(workerd);
  const began = performance.now();
  const answer = await generator.run(url, requests, ROUND_SECONDS);
  const used = (workerd === undefined ? Number.NaN : processorSeconds(workerd)) - before;
  return {
    requestsPerSecond: answer.requestsPerSecond,
    processor: used / answer.requests,
    busy: (used * 1000) / (performance.now() - began),
  };
}

/** Bare, ours, bare, ours, …: each of ours is held against the bare rounds beside it. */
async function compare(
  under: UnderLoad,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const { method } = under.load;
  const shares: number[] = [];
  const processorShares: number[] = [];
  const busy: number[] = [];
  let before = await round(under, under.bare);
  for (let i = 0; i < ROUNDS; i++) {
    const ours = await round(under, under.ours);
    const after = await round(under, under.bare);
    shares.push(
      (2 * ours.requestsPerSecond) / (before.requestsPerSecond + after.requestsPerSecond),
    );
    processorShares.push((before.processor + after.processor) / (2 * ours.processor));
    busy.push(ours.busy, after.busy);
    before = after;
    const rates = [ours, after].map(({ requestsPerSecond }) => requestsPerSecond.toFixed(0));
    progress(`${method}: ${rates[0]} requests/s, bare ${rates[1]}`);
  }
  const key = method === 'GET' ? 'edge.ocspGet' : 'edge.ocspPost';
  const body = method === 'GET' ? '' : ', which reads the body';
  const by = `${under.generator.name}, ${CONNECTIONS} keep-alive connections, ${under.load.requests.length} requests (${CERTIFICATES} certificates, P-256 responder, SHA-1 and SHA-256)`;
  const figures: Figure[] = [
    {
      key: `${key}.share`,
      value: median(shares),
      bound: { atLeast: LEAST },
      how: `requests/s of the bundle over a verified snapshot in KV, of a bare Worker that answers as many octets${body}; same workerd, direct sockets; ${by}; median, ${spread(shares)}; aim 0.9`,
    },
  ];
  if (under.workerd === undefined) return figures;
  return [
    ...figures,
    {
      key: `${key}.processorShare`,
      value: median(processorShares),
      how: `the same by workerd's processor time a request, which other programs disturb less; median, ${spread(processorShares)}`,
    },
    {
      key: `${key}.workerdBusy`,
      value: median(busy),
      how: `cores that workerd kept busy meanwhile: near 1 on a quiet machine: workerd is the bottleneck, not the load generator; median, ${spread(busy)}`,
    },
  ];
}
