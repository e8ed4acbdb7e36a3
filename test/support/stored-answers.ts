import { hexFromBytes } from '../../shared/bytes.ts';
import { must } from '../../shared/result.ts';
import { decodeOCSPShard } from '../../shared/snapshot/ocsp-shard-reader.ts';
import type { Reader, Row, Transaction } from '../../signer/database/database.ts';
import { sha256 } from '../../signer/issuance/public-key.ts';
import { type Answer, answersOf, encodeAnswers } from '../../signer/ocsp/shard-answers.ts';

export interface StoredAnswer extends Answer {
  readonly authorityId: number;
  readonly shardIndex: number;
  /** Hexadecimal. */
  readonly serial: string;
}

function decoded(row: Row): {
  readonly place: Parameters<typeof encodeAnswers>[0];
  readonly answers: readonly StoredAnswer[];
} {
  const shard = must(decodeOCSPShard(row['bytes'] as Uint8Array), 'a shard in the database');
  const authorityId = Number(row['authority_id']);
  const { issuer, shardBits, shardIndex } = shard.header;
  const answers = answersOf(shard).map((answer) => ({
    ...answer,
    authorityId,
    shardIndex,
    serial: hexFromBytes(answer.serialNumber),
  }));
  return { place: { issuer, shardBits, shardIndex }, answers };
}

/** Everything that the shards in this database say. */
export function storedAnswers(db: Reader): readonly StoredAnswer[] {
  return db
    .all('SELECT * FROM ocsp_shard ORDER BY authority_id, shard_index')
    .flatMap((row) => decoded(row).answers);
}

/** Writes every shard again with other answers, or without those for which there is null. */
export function changeAnswers(
  tx: Transaction,
  change: (answer: StoredAnswer) => Answer | null,
): void {
  for (const row of tx.all('SELECT * FROM ocsp_shard')) {
    const { place, answers } = decoded(row);
    const changed = answers.flatMap((answer) => change(answer) ?? []);
    const id = Number(row['id']);
    if (changed.length === 0) {
      tx.run('DELETE FROM ocsp_shard WHERE id = ?', id);
    } else {
      const { bytes } = encodeAnswers(place, changed);
      tx.run('UPDATE ocsp_shard SET bytes = ?, hash = ? WHERE id = ?', bytes, sha256(bytes), id);
    }
  }
}
