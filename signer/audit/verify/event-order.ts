import { unixSecondsFromISO } from '../../../shared/time.ts';
import type { LogEvent } from '../chain.ts';
import { CLOCK_STEP_SECONDS } from '../clock-watch.ts';
import { type KeyUse, KeyUseCounter } from '../key-use.ts';
import { type Faulty, fault, type Notices } from './fault.ts';

/** What lines say of each other: numbers that only rise, counts that are right, a clock that goes on. */
export class EventOrder {
  readonly #crlNumbers = new Map<string, number>();
  readonly #keyUse = new KeyUseCounter();
  readonly #notices: Notices;
  readonly #whole: boolean;
  #promised = 0;
  #segment: number | undefined;
  #time = 0;

  constructor(notices: Notices, whole: boolean) {
    this.#notices = notices;
    this.#whole = whole;
    this.#segment = whole ? 1 : undefined;
  }

  see(event: LogEvent, line: number): Faulty | undefined {
    const time = unixSecondsFromISO(`${event['time']}`);
    if (!time.ok || typeof event['type'] !== 'string')
      return fault(
        line,
        'entry-malformed',
        'it has no time and type as lines of the log have them',
      );
    this.#seeTime(time.value, event, line);
    const found = this.#seeNumbers(event, line);
    if (event['type'] !== 'segment-start' || !this.#whole) this.#keyUse.see(event);
    return found;
  }

  #seeTime(time: number, { type }: LogEvent, line: number): void {
    if (time + CLOCK_STEP_SECONDS < this.#time && type !== 'clock-step')
      this.#notices.add(line, 'the clock was behind that of an earlier line');
    this.#time = time;
  }

  #seeNumbers(event: LogEvent, line: number): Faulty | undefined {
    switch (event['type']) {
      case 'crl':
        return this.#seeCRL(`${event['authority']}`, event['cRLNumber'], line);
      case 'epoch-promised':
        return this.#seePromise(Number(event['epoch']), line);
      case 'epoch-published':
        if (!this.#whole || Number(event['epoch']) <= this.#promised) return undefined;
        return fault(line, 'epoch-never-promised', `no line promises epoch ${event['epoch']}`);
      case 'segment-start':
        return this.#seeSegment(event, line);
      default:
        return undefined;
    }
  }

  #seeCRL(authority: string, cRLNumber: unknown, line: number): Faulty | undefined {
    const before = this.#crlNumbers.get(authority) ?? -1;
    this.#crlNumbers.set(authority, Number(cRLNumber));
    if (typeof cRLNumber === 'number' && cRLNumber > before) return undefined;
    const reason = `CRL number ${cRLNumber} of ${authority} does not follow ${before} (RFC 5280 5.2.3)`;
    return fault(line, 'crl-number-not-higher', reason);
  }

  #seePromise(epoch: number, line: number): undefined {
    if (epoch < this.#promised)
      this.#notices.add(
        line,
        `epoch ${epoch} after ${this.#promised}: an older database was put back`,
      );
    this.#promised = Math.max(this.#promised, epoch);
    return undefined;
  }

  #seeSegment({ number, before, keyUse }: LogEvent, line: number): Faulty | undefined {
    const expected = this.#segment === undefined ? Number(number) : this.#segment + 1;
    this.#segment = expected;
    if (number !== expected || before !== line - 1) {
      const reason = `it says that it begins segment ${number} after ${before} lines, and it begins segment ${expected} after ${line - 1}`;
      return fault(line, 'segment-wrong', reason);
    }
    if (!this.#whole || sameCounts(keyUse, this.#keyUse.all())) return undefined;
    const reason = 'its counts of key use are not those of the lines before it';
    return fault(line, 'key-use-wrong', reason);
  }
}

function sameCounts(told: unknown, counted: readonly KeyUse[]): boolean {
  const text = (uses: readonly KeyUse[]) =>
    uses
      .map((use) => `${use?.artifact} ${use?.keyLabel} ${use?.count}`)
      .sort()
      .join('\n');
  return Array.isArray(told) && text(told) === text(counted);
}
