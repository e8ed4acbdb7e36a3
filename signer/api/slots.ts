/** Places for work that goes on at the same time: so many in all, and so many for one client. */
export interface Slots {
  /** Takes a place; undefined when there is none. Call what it answers once, to give it back. */
  take(client: string): (() => void) | undefined;
}

export function createSlots(most: { readonly all: number; readonly client: number }): Slots {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(client) {
      const mine = taken.get(client) ?? 0;
      if (all >= most.all || mine >= most.client) return undefined;
      all += 1;
      taken.set(client, mine + 1);
      return () => {
        all -= 1;
        const left = (taken.get(client) ?? 1) - 1;
        if (left > 0) taken.set(client, left);
        else taken.delete(client);
      };
    },
  };
}
