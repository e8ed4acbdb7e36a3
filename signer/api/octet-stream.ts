import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { base64FromBytes } from '../../shared/bytes.ts';

/** An answer that is not JSON: octets that are made while they are sent, and what they are. */
export class OctetStream {
  /** JSON; goes before the octets, in the header field `Inkan-Facts`. */
  readonly facts: unknown;
  readonly octets: AsyncIterable<Uint8Array>;
  /** Called once they were sent, or will not be. */
  readonly end: () => void;

  constructor(facts: unknown, octets: AsyncIterable<Uint8Array>, end: () => void) {
    this.facts = facts;
    this.octets = octets;
    this.end = end;
  }
}

/** base64 of JSON: a header field is ASCII without line ends. */
export const FACTS_FIELD = 'Inkan-Facts';

/** How long a client may take nothing before it is cut off. */
const STALLED_MS = 60_000;

/** An error on the way cuts the connection: the client sees that the last chunk is missing. */
export async function sendOctetStream(
  response: ServerResponse,
  status: number,
  stream: OctetStream,
): Promise<void> {
  response.writeHead(status, {
    'Content-Type': 'application/octet-stream',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    [FACTS_FIELD]: base64FromBytes(new TextEncoder().encode(JSON.stringify(stream.facts))),
  });
  response.setTimeout(STALLED_MS, () => response.destroy());
  try {
    await pipeline(Readable.from(stream.octets), response);
  } catch {
    response.destroy();
  } finally {
    stream.end();
  }
}
