import { setImmediate } from 'node:timers/promises';
import type { Database, Reader } from '../database/database.ts';
import {
  insertModulusProduct,
  looseModuli,
  moduliOfProduct,
  productIds,
  productOfModulus,
  readProduct,
  type SeenModulus,
} from '../database/seen-key-table.ts';
import { bytesFromInteger, greatestCommonDivisor, integerFromBytes } from './big-integer.ts';

/**
 * CSR-7: the greatest common divisor of a modulus with every modulus seen. Moduli stand in products of
 * MODULI_PER_PRODUCT; one check reduces every product by the modulus and takes one divisor of the
 * product of what is left. At 100,000 moduli of 4,096 bits that takes two seconds of a processor, one by one minutes.
 */
export const MODULI_PER_PRODUCT = 256;

/**
 * Folds what waits into products. They follow from the moduli, so a stop before or after leaves
 * nothing to mend: what is in no product is compared by itself.
 */
export function foldModuli(db: Database): void {
  for (;;) {
    const moduli = looseModuli(db, MODULI_PER_PRODUCT);
    if (moduli.length < MODULI_PER_PRODUCT) return;
    const product = bytesFromInteger(productOf(moduli));
    db.transaction((tx) => insertModulusProduct(tx, product, moduli));
  }
}

/** By halves, so that the numbers multiplied are of like size. */
function productOf(moduli: readonly SeenModulus[]): bigint {
  const [only] = moduli;
  if (moduli.length < 2) return only ? integerFromBytes(only.modulus) : 1n;
  const half = moduli.length >> 1;
  return productOf(moduli.slice(0, half)) * productOf(moduli.slice(half));
}

/** Between so many products other work gets its turn: about 40 ms. */
const PRODUCTS_A_TURN = 8;

/**
 * Other keys seen with a prime in common with this modulus; the modulus itself is not one of them.
 * No key may be recorded meanwhile (seen-keys.ts).
 */
export async function keysWithSharedFactor(
  db: Reader,
  modulus: Uint8Array,
): Promise<readonly SeenModulus[]> {
  const own = integerFromBytes(modulus);
  const ownProduct = productOfModulus(db, modulus);
  const ids = productIds(db).filter((id) => id !== ownProduct);
  let residue = 1n;
  for (const [index, id] of ids.entries()) {
    residue = (residue * (integerFromBytes(readProduct(db, id)) % own)) % own;
    if (index % PRODUCTS_A_TURN === PRODUCTS_A_TURN - 1) await setImmediate();
  }
  const apart = ownProduct === null ? [] : moduliOfProduct(db, ownProduct);
  const near = sharing(own, [...apart, ...looseModuli(db, -1)]);
  if (greatestCommonDivisor(own, residue) === 1n) return near;
  // Rare and grave: looked for product by product, then one by one.
  return [...near, ...ids.flatMap((id) => sharing(own, moduliOfProduct(db, id)))];
}

function sharing(own: bigint, moduli: readonly SeenModulus[]): readonly SeenModulus[] {
  const others = moduli.filter(({ modulus }) => integerFromBytes(modulus) !== own);
  const residue = others.reduce(
    (product, { modulus }) => (product * (integerFromBytes(modulus) % own)) % own,
    1n,
  );
  if (greatestCommonDivisor(own, residue) === 1n) return [];
  return others.filter(
    ({ modulus }) => greatestCommonDivisor(own, integerFromBytes(modulus)) !== 1n,
  );
}
