import { err, must } from '../../../../shared/result.ts';
import { openFileKeystore } from '../../../../signer/keystore/encrypted-file.ts';
import type { Keystore } from '../../../../signer/keystore/keystore.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { openSigningDoor } from '../../../../signer/signing/signing-door.ts';
import { KEYSTORE, type SignerUnderTest } from '../issuance/signer-under-test.ts';

/** How a keystore misbehaves: it does not sign, or it signs something else. */
export type Flaw = 'none' | 'gone' | 'wrong-signature';

export interface FlakySigner {
  /** The same database and audit log behind a door whose keystore has the flaw of the moment. */
  readonly context: SignerContext;
  flaw: Flaw;
  close(): Promise<void>;
}

/** The real keys of this signer, opened a second time. */
export async function openKeysOf({ scratch, context }: SignerUnderTest): Promise<Keystore> {
  const opened = await openFileKeystore({
    directory: scratch.file('keys'),
    passphrase: 'test passphrase',
    randomBytes: context.randomBytes,
    threads: 1,
  });
  return must(opened, 'keystore');
}

/** A device that comes and goes, in front of the real keys of this signer. */
export async function withFlakyKeystore(test: SignerUnderTest): Promise<FlakySigner> {
  const real = await openKeysOf(test);
  const signer: FlakySigner = {
    context: test.context,
    flaw: 'none',
    close: () => real.close(),
  };
  const gone = () => err({ code: 'signing-failed', reason: 'the device is gone' } as const);
  const flaky: Keystore = {
    generateKey: (label, algorithm) => real.generateKey(label, algorithm),
    publicKey: (label) => real.publicKey(label),
    sign: async (label, algorithm, message) => {
      if (signer.flaw === 'gone') return gone();
      const other = signer.flaw === 'wrong-signature' ? Uint8Array.of(0) : message;
      return real.sign(label, algorithm, other);
    },
    signMany: async (label, algorithm, messages) => {
      if (signer.flaw === 'gone') return gone();
      const bytes = messages.bytes.slice();
      if (signer.flaw === 'wrong-signature') bytes.fill(0);
      return real.signMany(label, algorithm, { ...messages, bytes });
    },
    close: () => real.close(),
  };
  const door = openSigningDoor(new Map([[KEYSTORE, flaky]]), test.context.audit);
  return Object.assign(signer, { context: { ...test.context, door } });
}
