import type { Handle } from 'pkcs11js';
import { algorithmText } from './key-kind.ts';
import type { KeystoreError } from './keystore.ts';
import { findKey, generateKeyPair, type TokenKey } from './pkcs11-keys.ts';
import {
  LONGEST_INPUT,
  type Numbered,
  type Pkcs11Answer,
  type Pkcs11Request,
} from './pkcs11-protocol.ts';
import { Pkcs11Token, reasonOf, returnValue } from './pkcs11-token.ts';

// The process that talks to the module. It knows digests and key handles, writes no log, takes
// nothing from its arguments and leaves when its parent does.

type SignRequest = Extract<Pkcs11Request, { type: 'sign' }>;

class Pkcs11Child {
  #token: Pkcs11Token | undefined;
  /** Handles are those of this login; they are found, and their attributes asserted, anew after it. */
  readonly #keys = new Map<string, TokenKey>();

  answer(request: Pkcs11Request): Pkcs11Answer {
    try {
      return this.#answer(request);
    } catch (error) {
      this.#keys.clear();
      this.#token?.dropSession();
      return failed(this.#errorFor(request, error));
    }
  }

  end(): void {
    this.#token?.finalize();
  }

  #answer(request: Pkcs11Request): Pkcs11Answer {
    if (request.type === 'open') return this.#open(request);
    if (this.#token === undefined) {
      return failed({ code: 'signing-failed', reason: 'no token is open' });
    }
    const session = this.#token.session();
    if (!session.ok) return failed(session.error);
    if (request.type === 'generate') return this.#generate(this.#token, request);
    const key = this.#key(this.#token, session.value, request.label);
    if ('error' in key) return key;
    if (request.type === 'find') return { type: 'key', material: key.material };
    return signAll(this.#token, session.value, key.handle, request);
  }

  #errorFor(request: Pkcs11Request, error: unknown): KeystoreError {
    const reason = reasonOf(error);
    if (request.type === 'sign') return { code: 'signing-failed', reason };
    const constants = this.#token?.module.constants;
    const unsupported = [
      constants?.CKR_MECHANISM_INVALID,
      constants?.CKR_KEY_SIZE_RANGE,
      constants?.CKR_DOMAIN_PARAMS_INVALID,
    ];
    if (request.type === 'generate' && unsupported.includes(returnValue(error))) {
      return { code: 'algorithm-unsupported', algorithm: algorithmText(request.algorithm) };
    }
    return { code: 'keystore-unavailable', reason, remedy: 'see that the token is present' };
  }

  #open(request: Extract<Pkcs11Request, { type: 'open' }>): Pkcs11Answer {
    const { module, tokenLabel, pin } = request;
    const token = Pkcs11Token.open(module, tokenLabel, pin);
    pin.fill(0);
    if (!token.ok) return failed(token.error);
    this.#token = token.value;
    return { type: 'opened' };
  }

  #generate(
    token: Pkcs11Token,
    { label, algorithm }: Extract<Pkcs11Request, { type: 'generate' }>,
  ): Pkcs11Answer {
    const key = token.withWriting((session) =>
      generateKeyPair(token.module, session, label, algorithm),
    );
    return key.ok ? { type: 'key', material: key.value.material } : failed(key.error);
  }

  #key(
    token: Pkcs11Token,
    session: Handle,
    label: string,
  ): TokenKey | Extract<Pkcs11Answer, { type: 'failed' }> {
    const known = this.#keys.get(label);
    if (known !== undefined) return known;
    const found = findKey(token.module, session, label);
    if (!found.ok) return failed(found.error);
    this.#keys.set(label, found.value);
    return found.value;
  }
}

/** Synchronous on purpose: no other call can use the session, and no buffer is collected, between. */
function signAll(
  { module: { api, constants } }: Pkcs11Token,
  session: Handle,
  key: Handle,
  { mechanism, inputs, signatureLength }: SignRequest,
): Pkcs11Answer {
  const { inputLength } = inputs;
  if (inputLength < 1 || inputLength > LONGEST_INPUT) throw new RangeError('input length');
  const count = inputs.bytes.length / inputLength;
  const bytes = new Uint8Array(count * signatureLength);
  const parameters = { mechanism: constants[mechanism] };
  // Referenced from here until the loop is over, so that neither is collected under a call.
  const input = Buffer.alloc(inputLength);
  const output = Buffer.alloc(signatureLength);
  for (let i = 0; i < count; i++) {
    input.set(inputs.bytes.subarray(i * inputLength, (i + 1) * inputLength));
    api.C_SignInit(session, parameters, key);
    const signature = api.C_Sign(session, input, output);
    if (signature.length !== signatureLength) throw new RangeError('signature length');
    bytes.set(signature, i * signatureLength);
  }
  return { type: 'signatures', bytes };
}

function failed(error: KeystoreError): Extract<Pkcs11Answer, { type: 'failed' }> {
  return { type: 'failed', error };
}

const child = new Pkcs11Child();

process.on('message', ({ id, body }: Numbered<Pkcs11Request>) => {
  const answer: Numbered<Pkcs11Answer> = { id, body: child.answer(body) };
  process.send?.(answer);
});
process.on('disconnect', () => {
  child.end();
  process.exit(0);
});
// A signal to the whole group must not take the token away while the parent is still finishing.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
