import { joined, octets } from './octets.ts';

/** An OCSP shard spelled out field by field, apart from shared/, so that each field can be broken. */

export const ISSUER = joined(
  ...[20, 20, 32, 32].map((length, i) => new Uint8Array(length).fill(i + 1)),
);

export function number(value: number, width: number): Uint8Array {
  return octets(value.toString(16).padStart(2 * width, '0'));
}

export interface ResponderFields {
  readonly algorithm?: number;
  readonly signatureLength?: number;
  readonly certificate?: Uint8Array;
}

export function responder(fields: ResponderFields = {}): Uint8Array {
  const certificate = fields.certificate ?? octets('');
  return joined(
    new Uint8Array(20).fill(0x55),
    number(fields.algorithm ?? 3, 1),
    number(fields.signatureLength ?? 64, 2),
    number(certificate.length, 2),
    certificate,
  );
}

export interface BatchFields {
  readonly responder?: number;
  readonly producedAt?: number;
  readonly thisUpdate?: number;
  readonly nextUpdate?: number;
  readonly archiveCutoff?: number;
}

export function batch(fields: BatchFields = {}): Uint8Array {
  return joined(
    number(fields.responder ?? 0, 1),
    number(fields.producedAt ?? 1795408809, 6),
    number(fields.thisUpdate ?? 1795408809, 6),
    number(fields.nextUpdate ?? 1796013609, 6),
    number(fields.archiveCutoff ?? 0, 6),
  );
}

export const GOOD = octets('00');

export function revoked(reason: number, at: number): Uint8Array {
  return joined(number(reason, 1), number(at, 6));
}

export interface EntryFields {
  /** Contents of the INTEGER. */
  readonly serial?: Uint8Array;
  readonly batch?: number;
  readonly status?: Uint8Array;
  readonly signatureLength?: number;
}

export function entry(fields: EntryFields = {}): Uint8Array {
  const serial = fields.serial ?? octets('1001');
  const length = fields.signatureLength ?? 64;
  return joined(
    number(serial.length, 1),
    serial,
    number(fields.batch ?? 0, 2),
    fields.status ?? GOOD,
    new Uint8Array(length).fill(0xaa),
    new Uint8Array(length).fill(0xbb),
  );
}

export interface ShardFields {
  readonly magic?: string;
  readonly shardBits?: number;
  readonly shardIndex?: number;
  readonly responders?: readonly Uint8Array[];
  readonly batches?: readonly Uint8Array[];
  readonly entries?: readonly Uint8Array[];
  readonly counts?: { responders?: number; batches?: number; entries?: number };
}

export function shard(fields: ShardFields = {}): Uint8Array {
  const responders = fields.responders ?? [responder()];
  const batches = fields.batches ?? [batch()];
  const entries = fields.entries ?? [entry()];
  return joined(
    octets(fields.magic ?? '494e4b53 01'),
    ISSUER,
    number(fields.shardBits ?? 0, 1),
    number(fields.shardIndex ?? 0, 4),
    number(fields.counts?.responders ?? responders.length, 1),
    ...responders,
    number(fields.counts?.batches ?? batches.length, 2),
    ...batches,
    number(fields.counts?.entries ?? entries.length, 2),
    ...entries,
  );
}
