import { bytesFromHex } from '../../shared/bytes.ts';

/**
 * What people call the subject of an RFC 4514 name: its CN, else its OU (as SECOM's first roots have
 * it), else the whole name.
 */
export function shortName(name: string): string {
  const parts = attributes(name);
  for (const type of ['CN=', 'OU=']) {
    const found = parts.find((part) => part.slice(0, type.length).toUpperCase() === type);
    if (found !== undefined && found.length > type.length)
      return unescaped(found.slice(type.length));
  }
  return name;
}

/** Split at commas and plus signs that are not escaped. */
function attributes(name: string): readonly string[] {
  return (name.match(/(?:\\.|[^,+\\])+/gs) ?? []).map((part) => part.trimStart());
}

/** RFC 4514 2.4: octets of UTF-8 in hexadecimal, or a character that would mean something else. */
export function unescaped(value: string): string {
  const characters = value.replace(/(?:\\[0-9A-Fa-f]{2})+/g, (run) => {
    const octets = bytesFromHex(run.replaceAll('\\', '').toLowerCase());
    return octets.ok ? new TextDecoder().decode(octets.value) : run;
  });
  return characters.replace(/\\(.)/gs, '$1');
}
