import { ocspResponseText, opensslOk, ScratchDirectory } from './openssl.ts';

let scratch: ScratchDirectory | undefined;

/** What CRLs and OCSP responses say about one certificate, as openssl reads them. */
export interface StatedRevocation {
  /** RFC 3339, UTC. */
  readonly revocationDate: string;
  /** In the spelling of RFC 5280 5.3.1. */
  readonly reason: string;
}

/** Lower-case hexadecimal serial numbers of a CRL (DER) and what it says of each. */
export function crlEntries(der: Uint8Array): ReadonlyMap<string, StatedRevocation> {
  const { text } = opensslOk(['crl', '-inform', 'DER', '-noout', '-text'], der);
  const entries = text.matchAll(
    /Serial Number: ([0-9A-F]+)\n +Revocation Date: (.+)\n +CRL entry extensions:\n +X509v3 CRL Reason Code: *\n +(.+)\n/g,
  );
  const read = [...entries].map(([, serial = '', date = '', reason = '']) => {
    return [
      serial.toLowerCase(),
      { revocationDate: iso(date), reason: camelCase(reason) },
    ] as const;
  });
  const serials = text.match(/Serial Number:/g)?.length ?? 0;
  if (serials !== read.length) throw new Error(`a CRL entry without date or reason: ${text}`);
  return new Map(read);
}

/** `good`, or what the one SingleResponse of a successful response (DER) says; unverified. */
export function ocspStatus(der: Uint8Array): 'good' | StatedRevocation {
  scratch ??= new ScratchDirectory();
  const text = ocspResponseText(scratch, der);
  const [, status] = /Cert Status: (\w+)/.exec(text) ?? [];
  if (status === 'good') return 'good';
  const [, date = ''] = /Revocation Time: (.+)/.exec(text) ?? [];
  const [, reason = ''] = /Revocation Reason: (\w+) /.exec(text) ?? [];
  if (status !== 'revoked') throw new Error(`neither good nor revoked: ${text}`);
  return { revocationDate: iso(date), reason };
}

/** openssl's `Nov 23 05:58:12 2026 GMT`. */
export function iso(date: string): string {
  return new Date(date).toISOString().replace('.000Z', 'Z');
}

/** openssl's `Key Compromise`. */
function camelCase(words: string): string {
  const joined = words.trim().replace(/ /g, '');
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}
