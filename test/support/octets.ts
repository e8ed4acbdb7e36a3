/** Octets spelled out in hexadecimal; white space is for the reader. */
export function octets(text: string): Uint8Array {
  const digits = text.replace(/\s/g, '');
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new Error(`not hexadecimal: ${text}`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** The other way, for expectations that a person reads. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A copy with one octet replaced. */
export function withOctet(bytes: Uint8Array, at: number, octet: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = octet;
  return copy;
}

/** A DER element with a length worked out here, apart from shared/der. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const value = joined(...contents);
  const length =
    value.length < 128
      ? [value.length]
      : value.length < 256
        ? [0x81, value.length]
        : [0x82, value.length >> 8, value.length & 255];
  return joined(Uint8Array.from([tag, ...length]), value);
}
