/** Names of which the caller can take one, for a detail (RFC 9457 3.1.4). */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none (there is none)' : names.join(', ');
}
