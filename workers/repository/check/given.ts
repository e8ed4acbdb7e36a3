import { isDER } from './der.ts';
import type { Candidate } from './imprint.ts';
import { shown } from './name-text.ts';
import type { InputRefusal, Item } from './read-input.ts';

/** A file, or the text that was pasted. */
export type Input = {
  /** A file's own, or what the page calls what was pasted. */
  readonly name: string;
} & (
  | { readonly octets: Uint8Array; readonly items: readonly Item[] }
  /** A file that the browser could not hand out. */
  | { readonly unread: 'file-unreadable' | 'file-too-large' }
);

/** Why there is no report. */
export type Refusal = InputRefusal | 'file-unreadable' | 'file-too-large' | 'not-stamped';

/** An input as the answers speak of it. */
export interface Given {
  readonly items: readonly (Item | { readonly kind: 'unread'; readonly code: Refusal })[];
  readonly candidate: Candidate;
}

export function given(input: Input): Given {
  // The name of a file is whatever who made it wanted: it may stand beside our words only as `shown`.
  const name = shown(input.name);
  if ('unread' in input) {
    const candidate = { name, octets: undefined, onlyCertificates: [] };
    return { items: [{ kind: 'unread', code: input.unread }], candidate };
  }
  const { items, octets } = input;
  const certificates = items.flatMap((item) =>
    item.kind === 'certificate' ? [item.certificate] : [],
  );
  const pure = certificates.length === items.length && isOnlyCertificates(octets);
  return { items, candidate: { name, octets, onlyCertificates: pure ? certificates : [] } };
}

const CERTIFICATE_BLOCK = /-----BEGIN (CERTIFICATE|PKCS7)-----[A-Za-z0-9+/=\s]*-----END \1-----/g;

/** Of what was read as certificates: no text stands around them that could be what was stamped. */
function isOnlyCertificates(octets: Uint8Array): boolean {
  if (isDER(octets)) return true;
  const text = new TextDecoder('latin1').decode(octets);
  return text.replace(CERTIFICATE_BLOCK, '').trim() === '';
}
