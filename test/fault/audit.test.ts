import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import { createHierarchy, issue, killedAt, makeFaultCA, revokeArguments } from './fault-ca.ts';

const PLACES = ['audit: next segment written', 'audit: segment linked', 'audit: segment closed'];

/** Every line of every file, in their order, and whether each names the one before it. */
function chain(ca: RunningCA): { readonly lines: readonly string[]; readonly broken: number } {
  const folder = join(ca.layout.signer, 'audit');
  const closed = existsSync(folder) ? readdirSync(folder).sort() : [];
  const files = [
    ...closed.map((name) => join(folder, name)),
    join(ca.layout.signer, 'audit.jsonl'),
  ];
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
  let previous = '0'.repeat(64);
  const broken = lines.filter((line) => {
    const follows = JSON.parse(line).previous === previous;
    previous = createHash('sha256').update(line).digest('hex');
    return !follows;
  });
  return { lines, broken: broken.length };
}

describeWithOpenSSL('kill -9 while a file of the audit log is closed', () => {
  let ca: RunningCA;
  const serials: string[] = [];

  beforeAll(async () => {
    ca = await makeFaultCA();
    const config = join(ca.layout.signer, 'config.json');
    const fields = JSON.parse(readFileSync(config, 'utf8'));
    writeFileSync(config, JSON.stringify({ ...fields, audit: { segmentOctets: 4_096 } }));
    const signer = await ca.startSigner();
    await createHierarchy(ca);
    for (const place of PLACES) serials.push(await issue(ca, place.replace(':', '')));
    await untilShown();
    await signer.end();
  });
  afterAll(() => ca.close());

  async function untilShown(): Promise<void> {
    await ca.inkanJSON('publish');
  }

  it.each(PLACES.map((place, index) => [place, index] as const))(
    'CP 5.4.4: killed at "%s" no line is lost, and what was asked goes on',
    async (place, index) => {
      const before = chain(ca).lines;
      await killedAt(ca, place, ...revokeArguments(serials[index] ?? ''));
      const signer = await ca.startSigner();
      // It may have been stopped before the revocation was on record.
      const again = await ca.inkan(...revokeArguments(serials[index] ?? ''));
      expect([0, 1, 5]).toContain(again.status);
      await untilShown();
      await signer.end();
      const after = chain(ca);
      expect(after.broken).toBe(0);
      expect(after.lines.slice(0, before.length)).toEqual(before);
      const revoked = after.lines.filter((line) =>
        line.includes(`"serialNumber":"${serials[index]}","reason"`),
      );
      expect(revoked.length).toBeGreaterThan(0);
      const file = ca.file(`after-${index}.jsonl`);
      const reader = await ca.startSigner();
      await ca.inkanJSON('audit', 'export', file);
      await reader.end();
      expect(
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('{"previous":"')).length,
      ).toBeGreaterThanOrEqual(after.lines.length);
    },
  );
});
