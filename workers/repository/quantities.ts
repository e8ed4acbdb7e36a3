/** `1,234,567`, as both languages write it. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

const UNITS = ['kB', 'MB', 'GB'] as const;

/** `700 bytes`, `41.9 MB`: units of a thousand. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 'bytes';
  for (const larger of UNITS) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return `${unit === 'bytes' ? value : value.toFixed(1)} ${unit}`;
}

/** Octets in hexadecimal as people compare them: `AB:CD:…`. */
export function colons(hex: string): string {
  return (hex.length % 2 === 0 ? hex : `0${hex}`).toUpperCase().replace(/..(?=.)/g, '$&:');
}
