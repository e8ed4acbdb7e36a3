import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import type * as Pkcs11 from 'pkcs11js';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeystoreError } from './keystore.ts';

export type Pkcs11Package = typeof Pkcs11;

export interface LoadedModule {
  readonly constants: Pkcs11Package;
  readonly api: Pkcs11.PKCS11;
  /** Held so that the library is never unloaded. */
  readonly library: Koffi.LibraryHandle;
}

/**
 * Loads and initializes a PKCS#11 module, once in a process and on its main thread. It is bound
 * "deep" first (RTLD_DEEPBIND), because Node.js exports its own OpenSSL: a module that asks for
 * another OpenSSL would otherwise get functions of the wrong version.
 */
export function loadPkcs11Module(path: string): Result<LoadedModule, KeystoreError> {
  const require = createRequire(import.meta.url);
  const koffi = attempt<typeof Koffi>(() => require('koffi'));
  if (!koffi.ok) return missing(`koffi: ${koffi.error}`, 'npm install --include=optional');
  const constants = attempt<Pkcs11Package>(() => require('pkcs11js'));
  if (!constants.ok) {
    // It is compiled at install, and scripts of packages are off by default here.
    const remedy = 'npm rebuild pkcs11js --ignore-scripts=false (needs a C++ compiler and make)';
    return missing(`pkcs11js: ${constants.error}`, remedy);
  }
  const library = attempt(() => koffi.value.load(path, { lazy: true, deep: true }));
  if (!library.ok) return missing(library.error, `see that ${path} is the PKCS#11 module`);
  return initialize(path, constants.value, library.value);
}

function initialize(
  path: string,
  constants: Pkcs11Package,
  library: Koffi.LibraryHandle,
): Result<LoadedModule, KeystoreError> {
  const api = new constants.PKCS11();
  const initialized = attempt(() => {
    api.load(path);
    api.C_Initialize({ flags: constants.CKF_OS_LOCKING_OK });
  });
  if (initialized.ok) return ok({ constants, api, library });
  return missing(initialized.error, `see that ${path} is a PKCS#11 module and is configured`);
}

function attempt<T>(step: () => T): Result<T, string> {
  try {
    return ok(step());
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return err(text.split('\n')[0] ?? text);
  }
}

function missing(reason: string, remedy: string): Result<never, KeystoreError> {
  return err({ code: 'keystore-unavailable', reason, remedy });
}
