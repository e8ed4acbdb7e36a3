/**
 * What an isolate keeps between requests: values under a text key, the least recently used dropped
 * when the sum of their weights would pass the bound. Only values, never promises: a promise that
 * another request started must not be awaited in a Worker.
 */
export interface Memo<V> {
  get(key: string): V | undefined;
  /** A value heavier than half of the bound is not kept, so that one cannot push out all others. */
  put(key: string, value: V, weight: number): void;
  /** Sum of the weights now held, in bytes. */
  held(): number;
}

interface Slot<V> {
  readonly value: V;
  readonly weight: number;
}

export function createMemo<V>(maxBytes: number): Memo<V> {
  // A Map iterates in order of insertion, so re-inserting on use keeps it in order of last use.
  const slots = new Map<string, Slot<V>>();
  let held = 0;

  function drop(key: string): void {
    const slot = slots.get(key);
    if (!slot) return;
    slots.delete(key);
    held -= slot.weight;
  }

  return {
    get(key) {
      const slot = slots.get(key);
      if (!slot) return undefined;
      slots.delete(key);
      slots.set(key, slot);
      return slot.value;
    },
    put(key, value, weight) {
      drop(key);
      if (weight > maxBytes / 2) return;
      for (const oldest of slots.keys()) {
        if (held + weight <= maxBytes) break;
        drop(oldest);
      }
      slots.set(key, { value, weight });
      held += weight;
    },
    held: () => held,
  };
}

/** A short key from octets: one character each. Not for people to read. */
export function memoKey(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
