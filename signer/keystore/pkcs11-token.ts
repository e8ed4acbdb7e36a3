import type { Handle, Pkcs11Error } from 'pkcs11js';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeystoreError } from './keystore.ts';
import { type LoadedModule, loadPkcs11Module } from './pkcs11-module.ts';

/** A token that was logged in to, and the session for reading and signing. */
export class Pkcs11Token {
  readonly module: LoadedModule;
  readonly #slot: Handle;
  readonly #pin: string;
  /** Set once the token refused the PIN: trying it again could lock the token. */
  #pinRefused = false;
  #session: Handle | undefined;

  private constructor(module: LoadedModule, slot: Handle, pin: string) {
    this.module = module;
    this.#slot = slot;
    this.#pin = pin;
  }

  static open(
    path: string,
    tokenLabel: string,
    pin: Uint8Array,
  ): Result<Pkcs11Token, KeystoreError> {
    const module = loadPkcs11Module(path);
    if (!module.ok) return module;
    const slot = findSlot(module.value, tokenLabel);
    if (!slot.ok) return slot;
    const text = Buffer.from(pin).toString('utf8');
    const token = new Pkcs11Token(module.value, slot.value, text);
    const session = token.session();
    return session.ok ? ok(token) : session;
  }

  /** The session, logged in; a new one when the last was closed after an error. */
  session(): Result<Handle, KeystoreError> {
    if (this.#session !== undefined) return ok(this.#session);
    if (this.#pinRefused) return err({ code: 'pin-incorrect' });
    const { api, constants } = this.module;
    let session: Handle | undefined;
    try {
      session = api.C_OpenSession(this.#slot, constants.CKF_SERIAL_SESSION);
      this.#login(session);
    } catch (error) {
      if (session !== undefined) this.#close(session);
      return err(this.#loginError(error));
    }
    this.#session = session;
    return ok(session);
  }

  /** A session that can write, for one operation; login is of the process, so it is logged in too. */
  withWriting<T>(operation: (session: Handle) => T): T {
    const { api, constants } = this.module;
    const flags = constants.CKF_SERIAL_SESSION | constants.CKF_RW_SESSION;
    const session = api.C_OpenSession(this.#slot, flags);
    try {
      return operation(session);
    } finally {
      this.#close(session);
    }
  }

  /** After any error: an operation may be left active in the session, or the device be another. */
  dropSession(): void {
    if (this.#session !== undefined) this.#close(this.#session);
    this.#session = undefined;
  }

  finalize(): void {
    try {
      this.module.api.C_Finalize();
    } catch {
      // The process ends next, and with it everything that the module held.
    }
  }

  #login(session: Handle): void {
    const { api, constants } = this.module;
    try {
      api.C_Login(session, constants.CKU_USER, this.#pin);
    } catch (error) {
      // Login is per process and token: another session of this process keeps it.
      if (returnValue(error) !== constants.CKR_USER_ALREADY_LOGGED_IN) throw error;
    }
  }

  #loginError(error: unknown): KeystoreError {
    const { constants } = this.module;
    const wrong = [
      constants.CKR_PIN_INCORRECT,
      constants.CKR_PIN_INVALID,
      constants.CKR_PIN_LEN_RANGE,
    ];
    if (wrong.includes(returnValue(error))) {
      this.#pinRefused = true;
      return { code: 'pin-incorrect' };
    }
    if (returnValue(error) !== constants.CKR_PIN_LOCKED) return unavailable(reasonOf(error));
    this.#pinRefused = true;
    return unavailable(reasonOf(error), 'the security officer of the token must set a new PIN');
  }

  #close(session: Handle): void {
    try {
      this.module.api.C_CloseSession(session);
    } catch {
      // It is gone already, which is what was wanted.
    }
  }
}

/** PKCS#11 2.40 3.2: CK_TOKEN_INFO.label is padded with blanks. */
function findSlot(module: LoadedModule, tokenLabel: string): Result<Handle, KeystoreError> {
  const { api } = module;
  try {
    const slots = api
      .C_GetSlotList(true)
      .filter((slot) => api.C_GetTokenInfo(slot).label.trimEnd() === tokenLabel);
    const [slot] = slots;
    if (slot !== undefined && slots.length === 1) return ok(slot);
    return err(unavailable(`${slots.length} tokens have the label ${tokenLabel}`));
  } catch (error) {
    return err(unavailable(reasonOf(error)));
  }
}

/** The CK_RV of an error of the module; -1 for any other. */
export function returnValue(error: unknown): number {
  return isPkcs11Error(error) ? error.code : -1;
}

function isPkcs11Error(error: unknown): error is Pkcs11Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

/** The name of the CK_RV where there is one; never a value that was passed. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

function unavailable(
  reason: string,
  remedy = 'see that the token is present and has the label of the configuration',
): KeystoreError {
  return { code: 'keystore-unavailable', reason, remedy };
}
