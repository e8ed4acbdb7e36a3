import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { base64FromBytes } from '../../../../shared/bytes.ts';
import { must, type Result } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { addSeconds, unixSeconds, unixSecondsFromISO } from '../../../../shared/time.ts';
import type {
  CeremonyRequest,
  CertificateItem,
  CRLItem,
} from '../../../../signer/ceremony/bundle.ts';
import { octetsOf } from '../../../../signer/ceremony/canonical-document.ts';
import { readCRLContents } from '../../../../signer/ceremony/crl-contents.ts';
import type { CheckedBundle } from '../../../../signer/ceremony/host/check-bundle.ts';
import type { HostError } from '../../../../signer/ceremony/host/host-error.ts';
import { type Host, type HostWorld, openHost } from '../../../../signer/ceremony/host/open-host.ts';
import { signBundle } from '../../../../signer/ceremony/host/sign-bundle.ts';
import { policyHashOfRequest } from '../../../../signer/ceremony/policy-hash.ts';
import { summariseCRL } from '../../../../signer/ceremony/summary.ts';
import { encodeTBSCertList } from '../../../../signer/crl/tbs-cert-list.ts';
import { keyIdentifier } from '../../../../signer/issuance/public-key.ts';
import { type CeremonyUnderTest, codeOf, ROOT } from './ceremony-under-test.ts';

type CRLChange = Partial<Parameters<typeof encodeTBSCertList>[0]>;

/** An entry for the serial number 11:n, revoked an hour before now for its key. */
export function entry(test: CeremonyUnderTest, n: number) {
  const serialNumber = must(serialNumberFromContents(Uint8Array.of(0x11, n)), 'serial');
  const revocationDate = unixSeconds(test.now() - 3_600);
  return { serialNumber, revocationDate, reason: 1, recordedAt: revocationDate } as const;
}

/** A request that a signer in other hands could make: a new id, and this CRL in place of its own. */
export function withCRL(
  test: CeremonyUnderTest,
  request: CeremonyRequest,
  change: CRLChange,
): CeremonyRequest {
  const { subject, spki } = request.authority;
  const thisUpdate = must(unixSecondsFromISO(request.createdAt), 'time');
  const validity = test.context.policy.authorities.get(request.authority.name)?.crl.validitySeconds;
  const { tbs } = encodeTBSCertList({
    ...{ signatureAlgorithm: 'ecdsa-with-SHA256', issuer: octetsOf(subject), crlNumber: 40 },
    authorityKeyIdentifier: must(keyIdentifier(octetsOf(spki)), 'key'),
    ...{ thisUpdate, nextUpdate: addSeconds(thisUpdate, validity?.value ?? 0) },
    ...{ expiredCertsOnCRL: null, revokedCertificates: [], ...change },
  });
  const item: CRLItem = {
    ...{ kind: 'crl', tbs: base64FromBytes(tbs), summary: summariseCRL(tbs) ?? [] },
    lint: [],
  };
  return withItems(test, request, [item]);
}

/** A new id and these items; with certificates alone the CRL of the request stays after them. */
export function withItems(
  test: CeremonyUnderTest,
  request: CeremonyRequest,
  changed: readonly (CertificateItem | CRLItem)[],
): CeremonyRequest {
  const last = changed.at(-1)?.kind === 'crl' ? [] : request.items.slice(-1);
  const items = [...changed, ...last];
  const policySha256 = policyHashOfRequest(test.context.policy, request.authority.name, items);
  return { ...request, id: randomBytes(16).toString('hex'), policySha256, items };
}

export function hostWorld(test: CeremonyUnderTest, stopAt?: string): HostWorld {
  return {
    clock: () => unixSeconds(test.now()),
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    environment: {},
    checkpoint: (place) => {
      if (place === stopAt) throw new Error(`stopped at ${place}`);
    },
  };
}

export function open(test: CeremonyUnderTest): Result<Host, HostError> {
  return openHost(test.scratch.path, hostWorld(test));
}

/** What opening the host says; what opened is closed. */
export function opening(test: CeremonyUnderTest): string {
  const host = open(test);
  if (host.ok) host.value.close();
  return codeOf(host);
}

/** What comes of signing in a process that ends at `stopAt`. */
export async function signStopped(
  test: CeremonyUnderTest,
  request: CeremonyRequest,
  stopAt?: string,
  confirm: (checked: CheckedBundle) => Promise<boolean> = async () => true,
): Promise<string> {
  const host = must(openHost(test.scratch.path, hostWorld(test, stopAt)), 'host');
  try {
    return codeOf(await signBundle(host, test.bundle(request), confirm));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    host.close();
  }
}

/** `number, entries` of the CRL that the host remembers. */
export function remembered(test: CeremonyUnderTest, name: string = ROOT): readonly number[] {
  const tbs = new Uint8Array(readFileSync(test.scratch.file(`crls/${name}.tbs`)));
  const contents = readCRLContents(tbs);
  return contents ? [contents.crlNumber, contents.entries.size] : [];
}
