/** What the log of this host says of its own acts; each line is on disk before the act it tells of is used. */
export interface LogFacts {
  /** Ids of bundles that were signed. */
  readonly ceremonies: ReadonlySet<string>;
  /**
   * What bundles certified, or would have when this host was stopped after their confirmation: by authority
   * and serial number, and by the SHA-256 of the key; the ceremony's id.
   */
  readonly serialNumbers: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
  /** By authority: the highest CRL number of a bundle that was signed. */
  readonly crlNumbers: ReadonlyMap<string, number>;
  /** By authority: the label of its key. */
  readonly keyLabels: ReadonlyMap<string, string>;
  /** By authority: the SHA-256 (hexadecimal) of the certificate of a root. */
  readonly roots: ReadonlyMap<string, string>;
  /** Labels of keys that were about to be made. */
  readonly announcedKeys: ReadonlySet<string>;
  /** SHA-256 (hexadecimal) of the TBSCertLists that were about to be signed. */
  readonly crls: ReadonlySet<string>;
}

type LogLine = Readonly<Record<string, unknown>>;

/** Undefined when a line is not a JSON object. The chain was walked before. */
export function logFacts(texts: readonly string[]): LogFacts | undefined {
  const lines: LogLine[] = [];
  for (const text of texts) {
    const line = parseLine(text);
    if (!line) return undefined;
    lines.push(line);
  }
  const of = (...types: readonly string[]) => lines.filter(({ type }) => types.includes(`${type}`));
  const field = (name: string) => (line: LogLine) => `${line[name]}`;
  const byAuthority = (name: string) => (line: LogLine) =>
    [`${line['authority']}`, `${line[name]}`] as const;
  const signed = of('ceremony-signed');
  // Lines from before have it in `ceremony-signed`.
  const confirmed = certified(of('ceremony-confirmed', 'ceremony-signed'));
  return {
    ceremonies: new Set(signed.map(field('ceremony'))),
    serialNumbers: new Map(
      confirmed.map(({ authority, serialNumber, ceremony }) => [
        `${authority} ${serialNumber}`,
        ceremony,
      ]),
    ),
    keys: new Map(confirmed.map(({ key, ceremony }) => [key, ceremony])),
    crlNumbers: highest(signed),
    keyLabels: new Map(of('ceremony-key', 'ceremony-root').map(byAuthority('keyLabel'))),
    roots: new Map(of('ceremony-root').map(byAuthority('certificateSha256'))),
    announcedKeys: new Set(of('key-generation').map(field('keyLabel'))),
    crls: new Set(
      of('signing')
        .filter(({ artifact }) => artifact === 'crl')
        .map(field('tbsSha256')),
    ),
  };
}

interface Certified {
  readonly ceremony: string;
  readonly authority: string;
  readonly serialNumber: string;
  readonly key: string;
}

function certified(lines: readonly LogLine[]): readonly Certified[] {
  return lines.flatMap((line) => {
    const pairs: unknown = line['certified'];
    if (!Array.isArray(pairs)) return [];
    const [ceremony, authority] = [`${line['ceremony']}`, `${line['authority']}`];
    return pairs.map(([serialNumber, key]) => ({
      ...{ ceremony, authority, serialNumber: `${serialNumber}`, key: `${key}` },
    }));
  });
}

function highest(signed: readonly LogLine[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { authority, crlNumber } of signed) {
    const name = `${authority}`;
    numbers.set(name, Math.max(numbers.get(name) ?? 0, Number(crlNumber) || 0));
  }
  return numbers;
}

function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
