import { describe, expect, it } from 'vitest';
import { requestDER } from '../../../../signer/cli/request-file.ts';

const pem = (label: string, body = 'MAA=') =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const read = (text: string) => requestDER(new TextEncoder().encode(text), 'tsa.csr');

describe('a request file', () => {
  it('RFC 7468 7: PEM under both labels, with text around it, and DER are read', () => {
    const der = Uint8Array.of(0x30, 0);
    expect(requestDER(der, 'x')).toEqual({ ok: true, value: der });
    for (const label of ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']) {
      expect(read(`note\r\n${pem(label)}`)).toEqual({ ok: true, value: der });
    }
  });

  it.each([
    ['nothing', ''],
    ['a certificate', pem('CERTIFICATE')],
    ['two requests', pem('CERTIFICATE REQUEST').repeat(2)],
    ['broken base64', pem('CERTIFICATE REQUEST', 'MAA')],
  ])('RFC 7468 7: %s is refused', (_what, text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { exit: 2 } });
  });
});
