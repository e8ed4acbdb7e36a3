import { ok, type Result } from '../../../shared/result.ts';
import { eventOf, hashOfLine, type LogEvent, previousOf } from '../chain.ts';
import { CertificatesTold } from './certificates-told.ts';
import { EventOrder } from './event-order.ts';
import { type AuditFault, type Faulty, fault, Notices } from './fault.ts';
import type { Witness } from './witness.ts';

/** Which part of a log is held against what. */
export interface VerifyInput {
  /** Number of the first line, from 1. */
  readonly first: number;
  /** What the first line has to name: of an excerpt nobody knows, and heads alone can tell. */
  readonly previous: string | null;
  /** The log goes on after the last line: heads may be of later lines. */
  readonly goesOn: boolean;
  readonly witnesses: readonly Witness[];
  /** Called now and then with the number of the line. */
  readonly progress?: (line: number) => void;
}

export interface AuditReport {
  readonly first: number;
  readonly last: number;
  readonly from: string | null;
  readonly until: string | null;
  /** SHA-256 of the last line. */
  readonly hash: string | null;
  /** Heads whose checkpoint lies in these lines and is right. */
  readonly checkpoints: number;
  /** The newest of them proves every line up to this one; 0: none does. */
  readonly provedUpTo: number;
  readonly newestEpoch: number | null;
  /** Heads that say nothing of these lines. */
  readonly headsElsewhere: number;
  readonly certificates: number;
  readonly notices: readonly string[];
  readonly noticeCount: number;
}

export interface VerifiedLog {
  readonly report: AuditReport;
  readonly certificates: CertificatesTold;
}

const PROGRESS_EVERY = 10_000;

/**
 * Walks the lines once, in bounded memory, and stops at the first that cannot be as it was written: its form,
 * its place in the chain, what the heads say, then what lines say of each other.
 */
export function verifyLog(
  lines: Iterable<Uint8Array>,
  input: VerifyInput,
): Result<VerifiedLog, AuditFault> {
  const walk = new LogWalk(input);
  for (const line of lines) {
    const found = walk.take(line);
    if (found) return found;
  }
  return walk.end();
}

class LogWalk {
  readonly #input: VerifyInput;
  readonly #notices = new Notices();
  readonly #certificates: CertificatesTold;
  readonly #order: EventOrder;
  readonly #bySize = new Map<number, readonly Witness[]>();
  readonly #asked: ReadonlySet<string>;
  readonly #promised = new Set<string>();
  #line: number;
  #hash: string | null;
  #proved: { readonly line: number; readonly epoch: number } | null = null;
  #checkpoints = 0;
  #times: { readonly from: string; readonly until: string } | null = null;

  constructor(input: VerifyInput) {
    this.#input = input;
    this.#line = input.first - 1;
    this.#hash = input.previous;
    this.#asked = new Set(input.witnesses.map(promiseOf));
    const whole = input.first === 1;
    this.#certificates = new CertificatesTold(this.#notices, whole);
    this.#order = new EventOrder(this.#notices, whole);
    for (const witness of input.witnesses) {
      const size = witness.checkpoint?.size;
      if (size !== undefined) this.#bySize.set(size, [...(this.#bySize.get(size) ?? []), witness]);
    }
  }

  take(octets: Uint8Array): Faulty | undefined {
    const line = this.#line + 1;
    const previous = previousOf(octets);
    const event = previous === undefined ? undefined : eventOf(octets);
    if (previous === undefined || !event)
      return fault(line, 'entry-malformed', 'it is no line of an audit log');
    if (this.#hash === null) {
      this.#hash = previous;
      const before = this.#checkpoint();
      if (before) return before;
    }
    if (previous !== this.#hash) return this.#broken(line);
    this.#line = line;
    this.#hash = hashOfLine(octets);
    const found =
      this.#checkpoint() ?? this.#order.see(event, line) ?? this.#certificates.see(event, line);
    if (found) return found;
    this.#note(event);
    if (line % PROGRESS_EVERY === 0) this.#input.progress?.(line);
    return undefined;
  }

  end(): Result<VerifiedLog, AuditFault> {
    const { first, witnesses, goesOn } = this.#input;
    const beyond = witnesses.find(({ checkpoint }) => checkpoint && checkpoint.size > this.#line);
    if (beyond && !goesOn) {
      const size = beyond.checkpoint?.size;
      const reason = `epoch ${beyond.epoch} was signed when the log had ${size} lines: what follows was cut off, or this copy is older than the head`;
      return fault(this.#line + 1, 'log-too-short', reason);
    }
    const unknown = witnesses.find((head) => !this.#promised.has(promiseOf(head)));
    if (unknown && first === 1 && !goesOn) {
      const reason = `no line promises the head of epoch ${unknown.epoch} with the root ${unknown.rootSha256}`;
      return fault(first, 'head-not-in-log', reason);
    }
    const report: AuditReport = {
      ...{
        first,
        last: this.#line,
        from: this.#times?.from ?? null,
        until: this.#times?.until ?? null,
      },
      ...{ hash: this.#hash, checkpoints: this.#checkpoints, provedUpTo: this.#proved?.line ?? 0 },
      newestEpoch: this.#proved?.epoch ?? null,
      headsElsewhere: witnesses.length - this.#checkpoints,
      certificates: this.#certificates.count,
      ...{ notices: this.#notices.told, noticeCount: this.#notices.count },
    };
    return ok({ report, certificates: this.#certificates });
  }

  #broken(line: number): Faulty {
    const reason =
      line === 1
        ? 'it is not the first line of a log: lines before it are missing, or it was changed'
        : `it does not follow line ${line - 1}: that one was changed, lines between them were taken out, or this one was put here`;
    return fault(line, 'chain-broken', reason);
  }

  /** What the heads say that were signed when the log had as many lines as were read. */
  #checkpoint(): Faulty | undefined {
    for (const { epoch, checkpoint } of this.#bySize.get(this.#line) ?? []) {
      if (checkpoint?.hash !== this.#hash) return this.#rewritten(epoch);
      this.#checkpoints += 1;
      this.#proved = { line: this.#line, epoch };
    }
    return undefined;
  }

  #rewritten(epoch: number): Faulty {
    const from = Math.max(this.#input.first, (this.#proved?.line ?? 0) + 1);
    const reason = `between line ${from} and line ${this.#line} the log is not the one that epoch ${epoch} was signed with: it was written anew`;
    return fault(Math.min(from, this.#line), 'checkpoint-differs', reason);
  }

  #note(event: LogEvent): void {
    const time = `${event['time']}`;
    this.#times = { from: this.#times?.from ?? time, until: time };
    if (event['type'] !== 'epoch-promised') return;
    const epoch = Number(event['epoch']);
    // Only those that are asked about: epochs are many.
    const promise = promiseOf({ epoch, rootSha256: `${event['rootSha256']}` });
    if (this.#asked.has(promise)) this.#promised.add(promise);
  }
}

function promiseOf({ epoch, rootSha256 }: Pick<Witness, 'epoch' | 'rootSha256'>): string {
  return `${epoch} ${rootSha256}`;
}
