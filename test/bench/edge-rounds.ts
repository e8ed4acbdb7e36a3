import type { EdgeCase } from './edge-cases.ts';
import { type Figure, median, spread } from './figure.ts';
import { CONNECTIONS, type LoadGenerator } from './load.ts';
import { processorSeconds } from './processor-time.ts';

const ROUNDS = 15;
const ROUND_SECONDS = 1;
const P99_RATIO_MOST = 1.5;

export interface UnderLoad {
  readonly ours: string;
  readonly bare: string;
  /** Its process; undefined where there is no /proc. */
  readonly workerd: number | undefined;
  readonly generator: LoadGenerator;
  readonly edgeCase: EdgeCase;
}

interface Round {
  readonly requestsPerSecond: number;
  readonly p99: number;
  /** Processor seconds of workerd a request, and of each second that passed. */
  readonly processor: number;
  readonly busy: number;
}

async function round({ workerd, generator, edgeCase }: UnderLoad, url: string): Promise<Round> {
  const before = workerd === undefined ? Number.NaN : processorSeconds(workerd);
  const began = performance.now();
  const answer = await generator.run(url, edgeCase.load, ROUND_SECONDS);
  const used = (workerd === undefined ? Number.NaN : processorSeconds(workerd)) - before;
  return {
    requestsPerSecond: answer.requestsPerSecond,
    p99: answer.p99Microseconds,
    processor: used / answer.requests,
    busy: (used * 1000) / (performance.now() - began),
  };
}

/** Of each of our rounds and the bare ones beside it. */
class Comparison {
  readonly shares: number[] = [];
  readonly p99: number[] = [];
  readonly bareP99: number[] = [];
  readonly processorShares: number[] = [];
  readonly microseconds: number[] = [];
  readonly busy: number[] = [];

  add(before: Round, ours: Round, after: Round): void {
    const bare = (field: keyof Round) => (before[field] + after[field]) / 2;
    this.shares.push(ours.requestsPerSecond / bare('requestsPerSecond'));
    this.p99.push(ours.p99);
    this.bareP99.push(after.p99);
    this.processorShares.push(bare('processor') / ours.processor);
    this.microseconds.push(ours.processor * 1e6);
    this.busy.push(ours.busy, after.busy);
  }
}

/** Bare, ours, bare, ours, …: each of ours is held against the bare rounds beside it. */
export async function compare(
  under: UnderLoad,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const found = new Comparison();
  let before = await round(under, under.bare);
  for (let i = 0; i < ROUNDS; i++) {
    const ours = await round(under, under.ours);
    const after = await round(under, under.bare);
    found.add(before, ours, after);
    before = after;
    const rates = [ours, after].map(({ requestsPerSecond }) => requestsPerSecond.toFixed(0));
    progress(`${under.edgeCase.key}: ${rates[0]} requests/s, bare ${rates[1]}`);
  }
  return figuresOf(under, found);
}

function figuresOf(
  { edgeCase, generator, workerd }: UnderLoad,
  { shares, p99, bareP99, processorShares, microseconds, busy }: Comparison,
): readonly Figure[] {
  const { key, what, bound } = edgeCase;
  const by = `${generator.name}, ${CONNECTIONS} keep-alive connections; median`;
  const figures: Figure[] = [
    {
      ...{ key: `edge.${key}.share`, value: median(shares), ...(bound ? { bound } : {}) },
      how: `${what}: requests/s of the bundle over a verified snapshot in KV, of a bare Worker that answers as many octets; same workerd, direct sockets; ${by}, ${spread(shares)}; aim 0.9`,
    },
    {
      ...{ key: `edge.${key}.p99Ratio`, value: median(p99) / median(bareP99) },
      bound: { atMost: P99_RATIO_MOST },
      how: `the 99th percentile of its latency in a round, as a multiple of the bare Worker's, which answers as fast as it can too; ${by} of both, in microseconds ${spread(p99)} and ${spread(bareP99)}`,
    },
  ];
  if (workerd === undefined) return figures;
  return [
    ...figures,
    {
      ...{ key: `edge.${key}.processorShare`, value: median(processorShares) },
      how: `the share by workerd's processor time a request, which other programs disturb less; median, ${spread(processorShares)}`,
    },
    {
      ...{ key: `edge.${key}.processorMicroseconds`, value: median(microseconds) },
      how: `processor time of workerd a request, HTTP included; median, ${spread(microseconds)}`,
    },
    {
      ...{ key: `edge.${key}.workerdBusy`, value: median(busy) },
      how: `cores that workerd kept busy meanwhile: near 1 on a quiet machine: workerd is the bottleneck, not the load generator; median, ${spread(busy)}`,
    },
  ];
}
