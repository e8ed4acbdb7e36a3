import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { chainURL } from '../../../../shared/policy/chain-url.ts';
import { pathOf } from '../../../../shared/policy/service-url.ts';
import { must } from '../../../../shared/result.ts';
import { snapshotFileAt } from '../../../../signer/database/snapshot-table.ts';
import { encodeCertsOnly } from '../../../../signer/publisher/certs-only.ts';
import { publishEarlierChains } from '../../../../signer/publisher/earlier-chains.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { type PublisherUnderTest, publishedRoot, startPublisher } from './publisher-under-test.ts';

let test: PublisherUnderTest;

function certificateOf(name: string): Uint8Array {
  return test.authority(name).certificate;
}

function pathOfChain(name: string): string {
  return pathOf(chainURL(test.context.policy.authorities.get(name)?.caIssuers.url.value ?? ''));
}

function published(name: string): Uint8Array {
  const { files } = publishedRoot(test);
  const entries = files.level === 'root' ? files.entries : [];
  const entry = entries.find(({ path }) => path === pathOfChain(name));
  expect(entry?.mediaType).toBe(3);
  const [chunk = new Uint8Array()] = entry?.chunkHashes ?? [];
  return test.kv.values.get(`blob/${hexFromBytes(chunk)}`) ?? new Uint8Array();
}

function pemFile(name: string, ...certificates: readonly Uint8Array[]): string {
  const pem = certificates.map((der) => new X509Certificate(der).toString());
  return test.scratch.write(name, pem.join(''));
}

async function start(): Promise<void> {
  test = await startPublisher();
  must(await test.publisher.publish('changes'), 'first epoch');
}

describeWithOpenSSL('a certs-only message beside each CA certificate', () => {
  beforeAll(start, 60_000);
  afterAll(() => test.close());

  it.each([
    ['root-ca3', ['root-ca3']],
    ['time-stamping-ca', ['time-stamping-ca', 'root-ca3']],
  ])('RFC 5280 4.2.2.1: that of %s has the certificates of %j', (name, chain) => {
    const file = test.scratch.write(`${name}.p7c`, published(name));
    const said = opensslOk(['pkcs7', '-inform', 'DER', '-in', file, '-print_certs']).text;
    const inside = said.match(/-----BEGIN[\s\S]+?END CERTIFICATE-----/g) ?? [];
    const expected = chain.map((one) => new X509Certificate(certificateOf(one)).toString().trim());
    expect(new Set(inside)).toEqual(new Set(expected));
    expect(inside).toHaveLength(chain.length);
  });

  it.each([1, 2])(
    'RFC 8551 3.8: with %i certificates it is what openssl makes, to the octet',
    (n) => {
      // openssl keeps the order that it is given; in that of X.690 11.6 the shorter one comes first.
      const both = [certificateOf('root-ca3'), certificateOf('time-stamping-ca')];
      const certificates = both.slice(0, n);
      const pem = pemFile(`chain-${n}.pem`, ...certificates);
      const made = opensslOk(['crl2pkcs7', '-nocrl', '-certfile', pem, '-outform', 'DER']).stdout;
      expect(hexFromBytes(encodeCertsOnly(certificates))).toBe(Buffer.from(made).toString('hex'));
      expect(encodeCertsOnly([...certificates].reverse())).toEqual(encodeCertsOnly(certificates));
    },
  );

  it('RFC 5280 4.2.2.1: a state from before gets them with the next epoch, and only then', async () => {
    const { context, publisher } = test;
    expect(publishEarlierChains(context)).toBe(0);
    context.db.transaction((tx) =>
      tx.run('DELETE FROM snapshot_file WHERE path = ?', pathOfChain('root-ca3')),
    );
    expect(publishEarlierChains(context)).toBe(1);
    must(await publisher.publish('changes'), 'next epoch');
    expect(snapshotFileAt(context.db, pathOfChain('root-ca3'))).toBeDefined();
    expect(publishEarlierChains(context)).toBe(0);
  });
});

describe('where it stands', () => {
  it.each([
    ['http://ca.example/SC-Root3/SCRoot3ca.cer', 'http://ca.example/SC-Root3/SCRoot3ca.p7c'],
    ['http://ca.example/ca.crt', 'http://ca.example/ca.p7c'],
    ['http://ca.example/ca', 'http://ca.example/ca.p7c'],
    ['http://ca.example/ca.v2', 'http://ca.example/ca.v2.p7c'],
    ['http://ca.example/ca.p7c', 'http://ca.example/ca.p7c'],
  ])('RFC 5280 4.2.2.1: beside %s at %s', (caIssuers, chain) => {
    expect(chainURL(caIssuers)).toBe(chain);
  });
});
