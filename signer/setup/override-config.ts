import { ok, type Result } from '../../shared/result.ts';
import type { ServeOptions } from '../cli/options.ts';
import type { SignerConfig } from '../config.ts';
import type { StartError } from '../service.ts';
import { secretConfig } from './initial-config.ts';

/** What the command line of `serve` says instead of config.json. */
export function overrideConfig(
  config: Result<SignerConfig, StartError>,
  options: ServeOptions,
): Result<SignerConfig, StartError> {
  if (!config.ok) return config;
  const keystores = new Map(config.value.keystores);
  for (const [name, keystore] of keystores) {
    if (keystore.type === 'file' && options.passphrase) {
      keystores.set(name, { ...keystore, passphrase: secretConfig(options.passphrase, '') });
    }
    if (keystore.type === 'pkcs11' && options.pkcs11Pin) {
      keystores.set(name, { ...keystore, pin: secretConfig(options.pkcs11Pin, '') });
    }
  }
  return ok({ ...config.value, keystores, listen: options.listen ?? config.value.listen });
}
