import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type {
  ResponderListView,
  ResponderView,
  RotatedResponderView,
} from '../../signer/operations/views.ts';
import {
  eventually,
  type Hierarchy,
  type IssuedTSA,
  SUB_CA,
  startHierarchy,
} from '../support/hierarchy.ts';
import { describeWithOpenSSL, openssl, opensslOk, ScratchDirectory } from '../support/openssl.ts';

let pki: Hierarchy;
let scratch: ScratchDirectory;
let tsa: IssuedTSA;

const rotate = () => pki.ca.inkanJSON<RotatedResponderView>('responder', 'rotate', SUB_CA);
const show = () => pki.ca.inkanJSON<ResponderView>('responder', 'show', SUB_CA);
const list = () => pki.ca.inkanJSON<ResponderListView>('responder', 'list');

interface Told {
  readonly text: string;
  /** Serial number of the certificate that came along, as the CLI writes it. */
  readonly responder: string;
}

/** What openssl says about a certificate after asking the edge, and who had signed the answer. */
function ask(certificate: string): Told {
  const der = scratch.file('answer.der');
  const { text } = openssl([
    ...['ocsp', '-issuer', pki.subCA, '-sha256', '-cert', certificate, '-url', pki.ca.edge],
    ...['-CAfile', pki.root, '-verify_other', pki.subCA, '-no_nonce', '-respout', der],
  ]);
  const shown = opensslOk(['ocsp', '-respin', der, '-noverify', '-resp_text']).text;
  const pem = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/s.exec(shown)?.[0] ?? '';
  const serial = opensslOk(['x509', '-noout', '-serial'], Buffer.from(pem)).text;
  return { text, responder: serial.replace('serial=', '').trim().toLowerCase() };
}

function expectGood(certificate: string, responder: string): void {
  const told = ask(certificate);
  expect(told.text).toContain('Response verify OK');
  expect(told.text).toContain(': good');
  expect(BigInt(`0x${told.responder}`)).toBe(BigInt(`0x${responder}`));
}

function certificateFile(view: ResponderView): string {
  writeFileSync(scratch.file(`${view.serialNumber}.pem`), view.certificate);
  return scratch.file(`${view.serialNumber}.pem`);
}

let before: ResponderView;
let after: RotatedResponderView;

beforeAll(async () => {
  scratch = new ScratchDirectory();
  pki = await startHierarchy({ keys: 'fast' });
  tsa = await pki.issue('tsa');
  await pki.untilServed();
  before = await show();
  after = await rotate();
  await pki.untilServed();
});
afterAll(() => pki?.close());

describeWithOpenSSL('a responder that is rotated while the edge answers', () => {
  it('RSP-36: the new one has another key, and takes the place of the old one', async () => {
    expect(after).toMatchObject({ state: 'signing', replaces: before.serialNumber });
    expect(after.publication.state).toBe('published');
    expect(after.keyLabel).not.toBe(before.keyLabel);
    expect((await show()).serialNumber).toBe(after.serialNumber);
    const { responders, uncertifiedKeys, unanswered } = await list();
    const ours = responders.filter(({ authority }) => authority === SUB_CA);
    expect(ours.map(({ state }) => state)).toEqual(['signing', 'retired']);
    // One certificate each: the old answers the TSA and itself, the new one itself.
    expect(ours.map(({ answers }) => answers)).toEqual([1, 2]);
    expect({ uncertifiedKeys, unanswered }).toEqual({ uncertifiedKeys: [], unanswered: 0 });
    const key = (file: string) => opensslOk(['x509', '-in', file, '-noout', '-pubkey']).text;
    expect(key(certificateFile(after))).not.toBe(key(certificateFile(before)));
  });

  it('RSP-36: the two overlap: openssl verifies what the old one signed before', () => {
    expectGood(tsa.pem, before.serialNumber);
    expectGood(certificateFile(before), before.serialNumber);
  });

  it('RSP-36: and what the new one signs from then on', async () => {
    expectGood(certificateFile(after), after.serialNumber);
    const next = await pki.issue('next');
    await pki.untilServed();
    expectGood(next.pem, after.serialNumber);
    expectGood(tsa.pem, before.serialNumber);
  });

  it('CRL-6: the CRL was made anew after the issuance of the responder', async () => {
    const crl = await fetch(`${pki.ca.edge}/crl/${SUB_CA}.crl`);
    const der = new Uint8Array(await crl.arrayBuffer());
    const { text } = opensslOk(['crl', '-inform', 'DER', '-noout', '-lastupdate'], der);
    const lastUpdate = Date.parse(text.replace('lastUpdate=', ''));
    expect(lastUpdate).toBeGreaterThanOrEqual(Date.parse(after.notBefore));
  });
});

describeWithOpenSSL('a responder that is compromised', () => {
  it('RFC 6960 4.2.2.2.1: the old one revoked as compromised, all that it had signed is replaced at once', async () => {
    const pem = certificateFile(before);
    await pki.ca.inkanJSON(
      ...['certificate', 'revoke', before.serialNumber, '--authority', SUB_CA],
      ...['--reason', 'keyCompromise'],
    );
    const answers = async () =>
      (await list()).responders.find((one) => one.serialNumber === before.serialNumber);
    await eventually(async () => (await answers())?.answers === 0);
    await eventually(
      () => BigInt(`0x${ask(tsa.pem).responder}`) === BigInt(`0x${after.serialNumber}`),
    );
    expectGood(tsa.pem, after.serialNumber);
    const told = ask(pem);
    expect(told.text).toContain('Response verify OK');
    expect(told.text).toContain('Reason: keyCompromise');
    expect((await answers())?.state).toBe('revoked');
  });

  it('ADR 5: for an unknown authority it is refused, with the exit code for what is not there', async () => {
    const refused = await pki.ca.inkan('responder', 'rotate', 'no-such-ca');
    expect(refused.status).toBe(3);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'authority-unknown' } });
    const audit = readFileSync(`${pki.ca.layout.signer}/audit.jsonl`, 'utf8');
    expect(audit).toContain('"type":"responder-made"');
  });
});
