import { beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { CATALOGUE_PATH, decodeCatalogue } from '../../shared/repository/catalogue.ts';
import { issuedPagePath } from '../../shared/repository/issued-page-path.ts';
import { must } from '../../shared/result.ts';
import { CHUNK_OCTETS } from '../../shared/snapshot/file.ts';
import { addSeconds, httpDate } from '../../shared/time.ts';
import { createPublisher, digest, HOUR, NOW, type TestFile } from '../support/edge-snapshot.ts';
import { bodyHex, bodyOf, type Edge, openEdge, publish } from './edge.ts';

const text = (content: string) => new TextEncoder().encode(content);
const CATALOGUE: TestFile = {
  path: CATALOGUE_PATH,
  mediaType: 7,
  bytes: text('{"authorities":[],"documents":[]}\n'),
};
const PAGE: TestFile = {
  path: issuedPagePath('/SC-Root3/certificates/root-ca3', 1),
  mediaType: 7,
  bytes: text('{"certificates":[]}\n'),
};
const PDF: TestFile = {
  path: '/SC-Root3/documents/tsa-cp-5.08.pdf',
  mediaType: 6,
  bytes: Uint8Array.from({ length: CHUNK_OCTETS + 9 }, (_, i) => (i * 31 + (i >> 20)) & 0xff),
};
const PLAIN: TestFile = {
  path: '/SC-Root3/documents/tsa-cp-5.08.txt',
  mediaType: 4,
  bytes: text('証明書ポリシー\n'),
};
const PEM: TestFile = {
  path: '/SC-Root3/SCRoot3ca.pem',
  mediaType: 4,
  bytes: text('-----BEGIN CERTIFICATE-----\n'),
};

let edge: Edge;

beforeAll(async () => {
  const publisher = await createPublisher();
  await publish(publisher, { files: [CATALOGUE, PAGE, PDF, PLAIN, PEM] });
  edge = openEdge(publisher);
});

describe('what the repository shows', () => {
  it.each([
    [CATALOGUE, 'application/json'],
    [PAGE, 'application/json'],
    [PDF, 'application/pdf'],
    [PLAIN, 'text/plain; charset=utf-8'],
    [PEM, 'text/plain; charset=utf-8'],
  ] as const)(
    'CP 2.2: $path comes with its type, its hash as ETag, and no other guess',
    async (file, type) => {
      const { status, headers } = await edge.fetch(file.path, { method: 'HEAD' });
      const etag = `"${hexFromBytes(await digest('SHA-256', file.bytes))}"`;
      expect([status, headers.get('content-type')]).toEqual([200, type]);
      expect([headers.get('etag'), headers.get('x-content-type-options')]).toEqual([
        etag,
        'nosniff',
      ]);
      expect(headers.get('expires')).toBe(httpDate(addSeconds(NOW, HOUR)));
      const again = await edge.fetch(file.path, { headers: { 'if-none-match': etag } });
      expect([again.status, await bodyHex(again)]).toEqual([304, '']);
    },
  );

  it('CP 2.2: the catalogue is read as it was written', async () => {
    const response = await edge.fetch(CATALOGUE_PATH);
    const catalogue = must(decodeCatalogue(await response.json(), ''), 'catalogue');
    expect(catalogue).toEqual({ authorities: [], documents: [] });
  });

  it('RFC 9110 14: a document is read on from where it broke off, across its chunks', async () => {
    const range = `bytes=${CHUNK_OCTETS - 4}-`;
    const response = await edge.fetch(PDF.path, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(
      `bytes ${CHUNK_OCTETS - 4}-${CHUNK_OCTETS + 8}/${CHUNK_OCTETS + 9}`,
    );
    expect(await bodyOf(response)).toEqual(PDF.bytes.subarray(CHUNK_OCTETS - 4));
  });

  it('CP 9.12.2: an edition that is not there is 404', async () => {
    expect((await edge.fetch('/SC-Root3/documents/tsa-cp-5.09.pdf')).status).toBe(404);
  });
});
