import { bytesFromBase64 } from '../../shared/bytes.ts';
import {
  choice,
  type Decode,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { AddWeakKeysInput, CheckRequestInput } from '../operations/operations.ts';
import { KEY_KINDS } from '../operations/views.ts';
import type { RawRequest } from './request-decoders.ts';
import type { RequestError } from './request-error.ts';

const NAME_LENGTH = 100;

const base64 = refined(text(64 << 10), bytesFromBase64, 'must be base64 with padding (RFC 4648 4)');

const checkRequest: Decode<CheckRequestInput> = strictObject<CheckRequestInput>({
  profile: required(text(NAME_LENGTH)),
  request: required(base64),
});

interface WeakKeysBody extends Omit<AddWeakKeysInput, 'width'> {
  readonly width: '10' | '32';
}

const weakKeys: Decode<WeakKeysBody> = strictObject<WeakKeysBody>({
  list: required(text(NAME_LENGTH)),
  key: required(choice(...KEY_KINDS)),
  width: required(choice('10', '32')),
  fingerprints: required(base64),
});

export function decodeCheckRequest({ body }: RawRequest): Result<CheckRequestInput, RequestError> {
  return malformed(checkRequest(body, ''));
}

export function decodeAddWeakKeys({ body }: RawRequest): Result<AddWeakKeysInput, RequestError> {
  const decoded = malformed(weakKeys(body, ''));
  if (!decoded.ok) return decoded;
  const width = decoded.value.width === '10' ? 10 : 32;
  const { length } = decoded.value.fingerprints;
  if (length === 0 || length % width !== 0) {
    const reason = `must be one or more fingerprints of ${width} octets`;
    return err({ code: 'request-malformed', pointer: '/fingerprints', reason });
  }
  return ok({ ...decoded.value, width });
}

function malformed<T>(
  result: Result<T, { readonly pointer: string; readonly reason: string }>,
): Result<T, RequestError> {
  return result.ok ? result : err({ code: 'request-malformed', ...result.error });
}
