import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import { type SerialNumber, serialNumberFromText } from '../../shared/serial-number.ts';
import { placeOf } from '../../shared/snapshot/directory.ts';
import {
  findStoredResponse,
  type StoredResponse,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { freshnessAt } from '../cache-policy.ts';
import { findIssuer, type ServedIssuer } from '../issuer-index.ts';
import { issuerHashesOf } from './ca-certificate.ts';
import { readFile } from './catalogue-reader.ts';
import type { Source } from './visit.ts';

/** What OCSP would answer about a certificate at this moment, from the same shards. */
export type KnownStatus =
  | { readonly status: 'good'; readonly stored: StoredResponse }
  | {
      readonly status: 'revoked';
      readonly stored: StoredResponse;
      readonly certStatus: Extract<StoredResponse['certStatus'], { readonly status: 'revoked' }>;
    }
  /** Nothing is signed about this serial number: never issued, or long expired. */
  | { readonly status: 'none' }
  /** There is an answer, but not for this moment, or no store gives it. */
  | { readonly status: 'unavailable' };

/** The issuer of the snapshot that this CA is: by name and key of its certificate. */
export async function servedIssuer(
  source: Source,
  { certificate }: CatalogueAuthority,
): Promise<ServedIssuer | undefined> {
  const file = await readFile(source, certificate.der);
  const hashes = file.ok ? await issuerHashesOf(file.value.bytes) : undefined;
  const anySerial = serialNumberFromText('1');
  if (!hashes || !anySerial.ok) return undefined;
  const certID = { hash: 'sha256', serialNumber: anySerial.value, ...hashes } as const;
  return findIssuer(source.snapshot.issuers, certID);
}

/**
 * The status of each serial number, by its text. Shards are read beside each other and each once; at
 * most as many as there are serial numbers.
 */
export async function statusesOf(
  source: Source,
  authority: CatalogueAuthority,
  serials: readonly string[],
  now: UnixSeconds,
): Promise<ReadonlyMap<string, KnownStatus>> {
  const issuer = await servedIssuer(source, authority);
  const statuses = new Map<string, KnownStatus>();
  const byPlace = new Map<number, [text: string, serialNumber: SerialNumber][]>();
  for (const text of serials) {
    const serialNumber = serialNumberFromText(text);
    statuses.set(text, { status: issuer ? 'none' : 'unavailable' });
    if (!issuer || !serialNumber.ok) continue;
    const place = placeOf(serialNumber.value, issuer.shardBits);
    const others = byPlace.get(place);
    if (others) others.push([text, serialNumber.value]);
    else byPlace.set(place, [[text, serialNumber.value]]);
  }
  if (!issuer) return statuses;
  const reading = [...byPlace].map(async ([place, wanted]) => {
    const read = await source.deps.shards.readShardAt(issuer, place);
    for (const [text, serialNumber] of wanted) {
      const shard = read.ok ? read.value?.shard : undefined;
      const stored = shard && findStoredResponse(shard, serialNumber);
      if (!read.ok) statuses.set(text, { status: 'unavailable' });
      else if (stored) statuses.set(text, statusAt(stored, now));
    }
  });
  await Promise.all(reading);
  return statuses;
}

function statusAt(stored: StoredResponse, now: UnixSeconds): KnownStatus {
  if (freshnessAt(stored.times, now) !== 'valid') return { status: 'unavailable' };
  const { certStatus } = stored;
  if (certStatus.status === 'good') return { status: 'good', stored };
  return { status: 'revoked', stored, certStatus };
}
