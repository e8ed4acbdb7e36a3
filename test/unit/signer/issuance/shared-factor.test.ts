import { generatePrimeSync } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { type Database, openDatabase } from '../../../../signer/database/database.ts';
import { modulusOfSPKI } from '../../../../signer/database/key-functions.ts';
import { insertSeenKey, looseModuli } from '../../../../signer/database/seen-key-table.ts';
import { bytesFromInteger } from '../../../../signer/issuance/big-integer.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import { compareWaitingKeys } from '../../../../signer/issuance/seen-keys.ts';
import {
  foldModuli,
  keysWithSharedFactor,
  MODULI_PER_PRODUCT,
} from '../../../../signer/issuance/shared-factor.ts';
import { makeTurns, type SignerContext } from '../../../../signer/signer-context.ts';
import { octets, tlv } from '../../../support/octets.ts';
import { olderDatabase } from '../../../support/older-database.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

// Primes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const NOW = unixSeconds(1_800_000_000);

const scratch = new ScratchDirectory();
const open: Database[] = [];

function newDatabase(name: string): Database {
  const db = must(openDatabase(scratch.file(name)), name);
  open.push(db);
  return db;
}

afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

const prime = () => generatePrimeSync(64, { bigint: true });

/** SubjectPublicKeyInfo of an RSA key (RFC 3279 2.3.1), written here. */
function spkiOf(modulus: bigint): Uint8Array {
  const bytes = bytesFromInteger(modulus);
  const integer = tlv(0x02, (bytes[0] ?? 0) < 0x80 ? new Uint8Array(0) : octets('00'), bytes);
  const key = tlv(0x30, integer, octets('02 03 01 00 01'));
  return tlv(
    0x30,
    octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00'),
    tlv(0x03, octets('00'), key),
  );
}

function record(db: Database, moduli: readonly bigint[]): void {
  db.transaction((tx) => {
    for (const spki of moduli.map(spkiOf))
      insertSeenKey(tx, { spki, spkiSha256: sha256(spki) }, NOW);
  });
}

async function sharing(db: Database, modulus: bigint): Promise<readonly string[]> {
  const found = await keysWithSharedFactor(db, bytesFromInteger(modulus));
  return found.map((key) => Buffer.from(key.modulus).toString('hex')).sort();
}

const hex = (modulus: bigint) => Buffer.from(bytesFromInteger(modulus)).toString('hex');

describe('moduli in products', () => {
  it('CSR-7: a shared prime is found among those in products, those in none, and in both', async () => {
    const db = newDatabase('found.sqlite');
    const [p, q] = [prime(), prime()];
    const many = (count: number) => Array.from({ length: count }, () => prime() * prime());
    const [first, second, loose] = [p * prime(), prime() * q, prime() * p];
    record(db, [...many(200), first, ...many(200), second, ...many(110)]);
    foldModuli(db);
    expect(db.get('SELECT count(*) AS n FROM modulus_product')).toEqual({ n: 2 });
    record(db, [...many(20), loose]);
    expect(looseModuli(db, -1)).toHaveLength(21);
    expect(await sharing(db, prime() * prime())).toEqual([]);
    expect(await sharing(db, q * prime())).toEqual([hex(second)]);
    expect(await sharing(db, p * prime())).toEqual([hex(first), hex(loose)].sort());
    // Both primes of the modulus are in one product: its residue there is zero.
    expect(await sharing(db, p * q)).toEqual([first, second, loose].map(hex).sort());
  });

  it('CSR-7: a modulus shares nothing with itself, and is still compared with its neighbours', async () => {
    const db = newDatabase('itself.sqlite');
    const p = prime();
    const [own, other] = [p * prime(), p * prime()];
    const rest = Array.from({ length: MODULI_PER_PRODUCT - 2 }, () => prime() * prime());
    record(db, [own, other, ...rest]);
    expect(await sharing(db, own)).toEqual([hex(other)]);
    foldModuli(db);
    expect(looseModuli(db, -1)).toEqual([]);
    expect(await sharing(db, own)).toEqual([hex(other)]);
    expect(await sharing(db, BigInt(`0x${hex(rest[0] ?? 0n)}`))).toEqual([]);
  });
});

describe('a state from before keys were compared', () => {
  /** A database as the migrations before 0006 leave it, with two requests and an authority. */
  function oldState(path: string, spkis: readonly Uint8Array[], authority: Uint8Array): void {
    const sqlite = olderDatabase(path, '0006');
    const request = sqlite.prepare(
      'INSERT INTO certification_request (sha256, spki_sha256, der, received_at) VALUES (?, ?, ?, 5)',
    );
    for (const spki of spkis) {
      const info = tlv(0x30, octets('02 01 00'), octets('30 00'), spki, octets('a0 00'));
      const der = tlv(0x30, info, octets('30 00'), octets('03 01 00'));
      request.run(sha256(der), sha256(spki), der);
    }
    sqlite
      .prepare(
        `INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', ?, x'30', 7)`,
      )
      .run(authority);
    sqlite.close();
  }

  it('CSR-7: its keys are recorded by the migration and compared at the next start', async () => {
    const p = prime();
    const [one, two, ca] = [p * prime(), prime() * prime(), p * prime()];
    const path = scratch.file('old.sqlite');
    oldState(path, [spkiOf(one), spkiOf(two), spkiOf(one)], spkiOf(ca));
    const db = newDatabase('old.sqlite');
    expect(looseModuli(db, -1).map(({ modulus }) => modulus)).toEqual(
      [one, two, ca].map((modulus) => modulusOfSPKI(spkiOf(modulus))),
    );
    const context = {
      db,
      inTurn: makeTurns(),
      clock: () => NOW,
      audit: { append: () => undefined },
    } as unknown as SignerContext;
    await compareWaitingKeys(context);
    await compareWaitingKeys(context);
    expect(db.all('SELECT key_id, other_key_id, found_at FROM shared_factor')).toEqual([
      { key_id: 1, other_key_id: 3, found_at: NOW },
    ]);
  });
});
