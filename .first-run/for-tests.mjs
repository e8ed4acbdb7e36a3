import { ensureDebianPackages } from './debian-packages.mjs';
import { ensureNativePKCS11 } from './native-pkcs11.mjs';

/** What the tests need besides npm packages. Says what is missing and goes on: the tests decide. */
export async function prepareForTests(env) {
  await ensureDebianPackages(env);
  await ensureNativePKCS11(env);
}
