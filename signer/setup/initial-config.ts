import type { InitOptions, SecretSource } from '../cli/options.ts';
import type { SecretConfig } from '../keystore-config.ts';

export const PUBLICATION_KEY = 'publication';

/** Heads live two hours and are renewed every half: three renewals may fail before anyone is told. */
const HEAD = { lifetimeSeconds: 7_200, renewSeconds: 1_800, intervalMilliseconds: 1_000 };

/** A passphrase that is not named is asked for on the terminal. */
export function secretConfig(source: SecretSource | undefined, prompt: string): SecretConfig {
  if (!source) return { prompt };
  return source.kind === 'file' ? { file: source.path } : { env: source.name };
}

/** What `init` writes to config.json. With a token its keystore comes first, so CA keys go there. */
export function initialConfig(options: InitOptions): unknown {
  const file = {
    type: 'file',
    directory: 'keys',
    passphrase: secretConfig(options.passphrase, 'Passphrase of the file keystore: '),
  };
  const hsm = options.pkcs11 && {
    type: 'pkcs11',
    module: options.pkcs11.module,
    tokenLabel: options.pkcs11.tokenLabel,
    pin: secretConfig(options.pkcs11.pin, 'PIN of the token: '),
  };
  const { kv } = options;
  return {
    format: 'inkan-config-1',
    policy: 'policy.json',
    listen: options.listen,
    keystores: hsm ? { hsm, file } : { file },
    publication: {
      name: options.publicationName ?? 'inkan.example/snapshot',
      keystore: 'file',
      keyLabel: PUBLICATION_KEY,
    },
    kv: kv ? { url: kv.url, tokenEnvironment: kv.tokenEnvironment ?? null } : null,
    head: HEAD,
  };
}
