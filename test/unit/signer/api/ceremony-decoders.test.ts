import { describe, expect, it } from 'vitest';
import { decodeExportCeremony } from '../../../../signer/api/ceremony-decoders.ts';

function decoded(applications: unknown) {
  const body = { authority: 'root-ca2', reason: 'test', applications };
  return decodeExportCeremony({ parameters: {}, query: new URLSearchParams(), body });
}

describe('applications of an export', () => {
  it.each([[[]], [[7]], [[7, 9]], [[1, 2, 3, 4, 5, 6, 7]]])('CP 4.3.1: %j are read', (numbers) => {
    expect(decoded(numbers)).toMatchObject({ ok: true, value: { applications: numbers } });
  });

  it.each([
    ['one twice', [7, 7]],
    ['more than a bundle holds', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['none of them', [0]],
    ['a text', ['7']],
    ['no list', 7],
  ])('CP 4.3.1: %s is refused where it stands', (_what, applications) => {
    expect(decoded(applications)).toMatchObject({
      error: { code: 'request-malformed', pointer: expect.stringMatching(/^\/applications/) },
    });
  });
});
