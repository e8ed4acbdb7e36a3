import {
  asciiBytes,
  asciiText,
  base64FromBytes,
  bytesFromBase64,
  bytesFromHex,
  hexFromBytes,
} from '../bytes.ts';
import { ok } from '../result.ts';
import { type UnixSeconds, unixSeconds } from '../time.ts';
import { type Decoded, refuse, SHA256_LENGTH } from './wire.ts';

/** What the publication key vouches for: one epoch. */
export interface Head {
  /** Name of the publication key and of the log of heads, such as `ca.example/snapshot`. */
  readonly origin: string;
  /** Strictly rising, from 1. */
  readonly epoch: number;
  /** SHA-256 of the root blob. */
  readonly rootHash: Uint8Array;
  /** SHA-256 of the previous head's text; 32 zero octets before epoch 1. */
  readonly previousHash: Uint8Array;
  readonly time: UnixSeconds;
  /** When a newer head should long have come; past it the edge reports a frozen store. */
  readonly expires: UnixSeconds;
}

/** A head and the signature of the pinned key over `text`, not yet verified. */
export interface SignedHead {
  readonly head: Head;
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

/** C2SP signed-note verifier key: name, key hash and Ed25519 public key. */
export interface PublicationKey {
  readonly name: string;
  /** First four octets of SHA-256(name || 0x0A || 0x01 || public key). */
  readonly keyHash: Uint8Array;
  /** 32 octets, RFC 8032. */
  readonly publicKey: Uint8Array;
}

const ED25519 = 0x01;
const SIGNATURE_LENGTH = 64;
/** Room for sixteen signatures of any kind that C2SP knows, post-quantum ones of 5 kB included. */
const HEAD_MAX_OCTETS = 131_072;
/** C2SP signed-note: a verifier must accept at least sixteen. */
const SIGNATURE_LINES_MAX = 16;
/** After the em dash: printable ASCII without space and `+`, then base64. */
const SIGNATURE_LINE = /^ ([!-*,-~]+) ([A-Za-z0-9+/=]+)$/;
const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9./:_-]{0,127}$/;
const HEAD_TEXT =
  /^(?<origin>[^\n]{1,128})\nepoch (?<epoch>[1-9]\d{0,14})\nroot (?<root>[0-9a-f]{64})\nprevious (?<previous>[0-9a-f]{64})\ntime (?<time>[1-9]\d{0,10})\nexpires (?<expires>[1-9]\d{0,10})\n$/;

/** C2SP key names are ASCII here, without `+`, spaces or line ends. */
export function isPublicationKeyName(name: string): boolean {
  return KEY_NAME.test(name);
}

/** The octets that are signed. */
export function encodeHeadText(head: Head): Uint8Array {
  return asciiBytes(
    `${head.origin}\nepoch ${head.epoch}\nroot ${hexFromBytes(head.rootHash)}\n` +
      `previous ${hexFromBytes(head.previousHash)}\ntime ${head.time}\nexpires ${head.expires}\n`,
  );
}

/** C2SP signed-note: the text, an empty line, and an em dash, the key's name and base64(hash || signature). */
export function encodeSignedNote(
  text: Uint8Array,
  key: PublicationKey,
  signature: Uint8Array,
): Uint8Array {
  const blob = new Uint8Array(4 + SIGNATURE_LENGTH);
  blob.set(key.keyHash);
  blob.set(signature, 4);
  const line = asciiBytes(` ${key.name} ${base64FromBytes(blob)}\n`);
  const note = new Uint8Array(text.length + 1 + EM_DASH.length + line.length);
  note.set(text);
  note[text.length] = 0x0a;
  note.set(EM_DASH, text.length + 1);
  note.set(line, text.length + 1 + EM_DASH.length);
  return note;
}

/** U+2014 in UTF-8. */
const EM_DASH = Uint8Array.of(0xe2, 0x80, 0x94);

/**
 * Splits a signed note and reads the head. Exactly one signature line must be of `key`; lines of
 * other keys are passed over (C2SP), at most sixteen in all. The caller verifies the signature.
 */
export function decodeSignedHead(note: Uint8Array, key: PublicationKey): Decoded<SignedHead> {
  const signed = decodeSignedNote(note, key);
  if (!signed.ok) return signed;
  const head = decodeHeadText(signed.value.text);
  if (!head.ok) return head;
  if (head.value.origin !== key.name) return refuse('head', 'origin is not the pinned key');
  return ok({ head: head.value, ...signed.value });
}

/** Text and signature of a signed note that `key` is said to have signed; not yet verified. */
export interface SignedNote {
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

export function decodeSignedNote(note: Uint8Array, key: PublicationKey): Decoded<SignedNote> {
  if (note.length > HEAD_MAX_OCTETS) return refuse('head', 'too large');
  const split = lastEmptyLine(note);
  if (split < 0) return refuse('head', 'no signature block');
  const text = note.subarray(0, split);
  const signature = findSignature(note.subarray(split + 1), key);
  return signature.ok ? ok({ text, signature: signature.value }) : signature;
}

/** Index of the second of the last two adjacent line ends: the text ends just before it. */
function lastEmptyLine(note: Uint8Array): number {
  for (let i = note.length - 2; i > 0; i--) if (note[i] === 0x0a && note[i - 1] === 0x0a) return i;
  return -1;
}

function findSignature(block: Uint8Array, key: PublicationKey): Decoded<Uint8Array> {
  if (block[block.length - 1] !== 0x0a) return refuse('head', 'last line not ended');
  let found: Uint8Array | undefined;
  let lines = 0;
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(0x0a, start);
    const line = block.subarray(start, end);
    start = end + 1;
    if (++lines > SIGNATURE_LINES_MAX) return refuse('head', 'too many signatures');
    const signature = readSignatureLine(line, key);
    if (!signature.ok) return signature;
    if (!signature.value) continue;
    if (found) return refuse('head', 'two signatures of the pinned key');
    found = signature.value;
  }
  return found ? ok(found) : refuse('head', 'not signed by the pinned key');
}

function readSignatureLine(line: Uint8Array, key: PublicationKey): Decoded<Uint8Array | undefined> {
  const dash = EM_DASH.every((octet, i) => line[i] === octet);
  const rest = asciiText(line.subarray(EM_DASH.length));
  const fields = rest.ok ? SIGNATURE_LINE.exec(rest.value) : null;
  if (!dash || !fields) return refuse('head', 'signature line malformed');
  const blob = bytesFromBase64(fields[2] ?? '');
  if (!blob.ok || blob.value.length < 5) return refuse('head', 'signature line malformed');
  const ours = fields[1] === key.name && key.keyHash.every((octet, i) => blob.value[i] === octet);
  if (!ours) return ok(undefined);
  if (blob.value.length !== 4 + SIGNATURE_LENGTH) return refuse('head', 'signature length');
  return ok(blob.value.subarray(4));
}

function decodeHeadText(text: Uint8Array): Decoded<Head> {
  const ascii = asciiText(text);
  const fields = ascii.ok ? HEAD_TEXT.exec(ascii.value)?.groups : undefined;
  if (!fields) return refuse('head', 'text malformed');
  const { origin = '', epoch, root = '', previous = '', time, expires } = fields;
  const rootHash = bytesFromHex(root);
  const previousHash = bytesFromHex(previous);
  if (!rootHash.ok || !previousHash.ok) return refuse('head', 'text malformed');
  if (Number(expires) <= Number(time)) return refuse('head', 'expires before its time');
  return ok({
    origin,
    epoch: Number(epoch),
    rootHash: rootHash.value,
    previousHash: previousHash.value,
    time: unixSeconds(Number(time)),
    expires: unixSeconds(Number(expires)),
  });
}

/** C2SP vkey: `<name>+<key hash, 8 hex digits>+<base64 of 0x01 || public key>`. */
export function encodePublicationKey(key: PublicationKey): string {
  const typed = new Uint8Array(1 + key.publicKey.length);
  typed[0] = ED25519;
  typed.set(key.publicKey, 1);
  return `${key.name}+${hexFromBytes(key.keyHash)}+${base64FromBytes(typed)}`;
}

/** The key hash is taken as written: who pins a key pins the whole text. */
export function decodePublicationKey(text: string): Decoded<PublicationKey> {
  const [name = '', hash = '', ...rest] = text.split('+');
  const keyHash = bytesFromHex(hash);
  const typed = bytesFromBase64(rest.join('+'));
  if (!isPublicationKeyName(name) || !keyHash.ok || keyHash.value.length !== 4) {
    return refuse('head', 'publication key: name or hash');
  }
  if (!typed.ok || typed.value.length !== 1 + SHA256_LENGTH || typed.value[0] !== ED25519) {
    return refuse('head', 'publication key: not an Ed25519 key');
  }
  return ok({ name, keyHash: keyHash.value, publicKey: typed.value.subarray(1) });
}
