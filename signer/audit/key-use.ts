import { eventOf, type LogEvent } from './chain.ts';

/** How many signatures of an artifact a key was asked for. */
export interface KeyUse {
  readonly keyLabel: string;
  readonly artifact: string;
  readonly count: number;
}

/**
 * Counts from the log itself, so that nothing is lost when the signer is: `signing` is on disk before the
 * key is asked, `live-answers` after (what it has not said yet is in `live-allowance` at most).
 */
export class KeyUseCounter {
  readonly #counts = new Map<string, KeyUse>();
  readonly #changed = new Set<string>();

  /** A line of the log as it is read at start. */
  seeLine(line: Uint8Array): void {
    const text = Buffer.from(line.buffer, line.byteOffset, line.length);
    if (!COUNTED.some((mark) => text.includes(mark))) return;
    const event = eventOf(line);
    if (event) this.see(event);
    if (event?.['type'] === 'key-use') this.#changed.clear();
  }

  see(event: LogEvent): void {
    const { type, keyLabel, artifact, count } = event;
    if (type === 'segment-start') for (const use of keyUseOf(event['keyUse'])) this.#set(use);
    const counted =
      type === 'signing' ? artifact : type === 'live-answers' ? 'live-ocsp' : undefined;
    if (typeof counted !== 'string' || typeof keyLabel !== 'string') return;
    const before = this.#counts.get(keyOf({ keyLabel, artifact: counted }))?.count ?? 0;
    const added = typeof count === 'number' && Number.isSafeInteger(count) ? count : 0;
    this.#set({ keyLabel, artifact: counted, count: before + added });
    this.#changed.add(keyOf({ keyLabel, artifact: counted }));
  }

  /** Of every key that is on record. */
  all(): readonly KeyUse[] {
    return [...this.#counts.values()];
  }

  /** Of those that were used since the last call, or since the last `key-use` of the log. */
  takeChanged(): readonly KeyUse[] {
    const changed = this.all().filter((use) => this.#changed.has(keyOf(use)));
    this.#changed.clear();
    return changed;
  }

  #set(use: KeyUse): void {
    this.#counts.set(keyOf(use), use);
  }
}

const COUNTED = [
  '"type":"signing"',
  '"type":"live-answers"',
  '"type":"key-use"',
  '"type":"segment-start"',
];

function keyOf({ keyLabel, artifact }: Pick<KeyUse, 'keyLabel' | 'artifact'>): string {
  return `${artifact} ${keyLabel}`;
}

/** What a `segment-start` carries, as far as it has that shape. */
function keyUseOf(value: unknown): readonly KeyUse[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (use: Partial<KeyUse> | null): use is KeyUse =>
      typeof use?.keyLabel === 'string' &&
      typeof use.artifact === 'string' &&
      Number.isSafeInteger(use.count),
  );
}
