import { asciiBytes, asciiText } from '../bytes.ts';
import { type UnixSeconds, unixSeconds } from '../time.ts';

/**
 * What the signer signs, with the publication key, to be let in at the edge's own pages. Its second
 * line never begins as that of a head does, so that neither can be taken for the other.
 */
export interface EdgeRequest {
  /** Name of the publication key. */
  readonly origin: string;
  /** Path and query of a GET, as sent. */
  readonly target: string;
  readonly time: UnixSeconds;
}

const EDGE_REQUEST =
  /^(?<origin>[^\n]{1,128})\nrequest GET (?<target>\/[!-~]{0,512})\ntime (?<time>[1-9]\d{0,10})\n$/;

/** The octets that are signed. */
export function encodeEdgeRequestText({ origin, target, time }: EdgeRequest): Uint8Array {
  return asciiBytes(`${origin}\nrequest GET ${target}\ntime ${time}\n`);
}

export function decodeEdgeRequestText(text: Uint8Array): EdgeRequest | undefined {
  const ascii = asciiText(text);
  const fields = ascii.ok ? EDGE_REQUEST.exec(ascii.value)?.groups : undefined;
  if (!fields) return undefined;
  const { origin = '', target = '', time } = fields;
  return { origin, target, time: unixSeconds(Number(time)) };
}
