import { createHash, createPublicKey, verify } from 'node:crypto';
import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { decodeSignedHead, type PublicationKey } from '../../../shared/snapshot/head.ts';
import { decodeRoot } from '../../../shared/snapshot/root.ts';

/** What a signed head says of the log. */
export interface Witness {
  readonly epoch: number;
  /** Of the root, lower-case hexadecimal: the line `epoch-promised` of the epoch has it. */
  readonly rootSha256: string;
  /** Lines that the log had, and hash of the last; null without the root. */
  readonly checkpoint: { readonly size: number; readonly hash: string } | null;
}

/** A head whose signature verifies, and the root that it names if that is given. */
export function readWitness(
  note: Uint8Array,
  root: Uint8Array | undefined,
  key: PublicationKey,
): Result<Witness, string> {
  const signed = decodeSignedHead(note, key);
  if (!signed.ok) return err(`it is no head of ${key.name}: ${signed.error.reason}`);
  const { head, text, signature } = signed.value;
  const x = Buffer.from(key.publicKey).toString('base64url');
  const spki = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  if (!verify(null, text, spki, signature)) return err('its signature does not verify');
  const witness = { epoch: head.epoch, rootSha256: hexFromBytes(head.rootHash) };
  if (!root) return ok({ ...witness, checkpoint: null });
  const found = new Uint8Array(createHash('sha256').update(root).digest());
  if (!bytesEqual(found, head.rootHash)) return err('the root beside it is not the one it names');
  const decoded = decodeRoot(root);
  if (!decoded.ok) return err('its root cannot be read');
  const { size, hash } = decoded.value.audit;
  return ok({ ...witness, checkpoint: { size, hash: hexFromBytes(hash) } });
}
