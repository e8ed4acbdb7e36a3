import type { Role } from '../../shared/policy/roles.ts';
import type { Clock } from '../../shared/time.ts';

/** Where a secret is read from; a secret itself is never an argument, for `ps` shows those. */
export type SecretSource =
  /** A file; one line end at its end does not belong to the secret. */
  | { readonly kind: 'file'; readonly path: string }
  /** The name of an environment variable. */
  | { readonly kind: 'environment'; readonly name: string };

/** Asked for on the terminal, where what is typed is not shown. */
export interface SecretPrompt {
  readonly kind: 'prompt';
  readonly prompt: string;
}

export interface ListenAddress {
  /** A host name or an address; an IPv6 address without brackets. */
  readonly host: string;
  /** 0 to 65,535; 0 takes any free port. */
  readonly port: number;
}

/** Somebody who is to act, and as what. */
export interface NamedOperator {
  readonly person: string;
  readonly roles: readonly Role[];
}

/** `inkan init`. Paths are absolute. */
export interface InitOptions {
  /** The directory to make. */
  readonly state: string;
  /** The policy file. */
  readonly policy: string;
  /** At least one; `person` is a directory's name too. Default: `operator`, with every role but the auditor's. */
  readonly operators: readonly NamedOperator[];
  /** Default 127.0.0.1:8443. */
  readonly listen: ListenAddress;
  /** Absent: nothing is published until the configuration names a store. */
  readonly kv?: {
    /** Base URL of the KV REST API, http or https, without a slash at its end. */
    readonly url: string;
    /** Environment variable that `serve` reads the API token from; absent: no token is sent. */
    readonly tokenEnvironment?: string;
  };
  /** Origin line of the signed note; absent: the implementation's default. */
  readonly publicationName?: string;
  /** Of the encrypted file keystore. */
  readonly passphrase?: SecretSource;
  readonly pkcs11?: {
    /** The vendor's module (.so). */
    readonly module: string;
    readonly tokenLabel: string;
    readonly pin: SecretSource;
  };
}

/** What `init` made; none of it is secret. */
export interface InitResult {
  readonly state: string;
  /** URL at which `serve` will answer. */
  readonly signer: string;
  /** In the order in which they were named. */
  readonly operators: readonly (NamedOperator & {
    /** Lower-case hexadecimal SHA-256 of the operator's SubjectPublicKeyInfo. */
    readonly spkiSha256: string;
    /** The client profile, under the state directory. */
    readonly profile: string;
  })[];
  /** The C2SP verifier key that the Worker pins. */
  readonly publicationKey: string;
  /** Names of the authorities that the policy knows. */
  readonly authorities: readonly string[];
}

/** `inkan serve`. Paths are absolute; what is absent stands in the configuration. */
export interface ServeOptions {
  readonly state: string;
  readonly listen?: ListenAddress;
  readonly passphrase?: SecretSource;
  readonly pkcs11Pin?: SecretSource;
}

/** What `initialiseState` may use besides its options. */
export interface InitWorld {
  readonly clock: Clock;
  /** Cryptographically strong. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ServeWorld extends InitWorld {
  /** One line of JSON for every event, on standard error; the time is added. */
  readonly log: (event: { readonly type: string }) => void;
  /** Of Inkan, for the audit log. */
  readonly version?: string;
}
