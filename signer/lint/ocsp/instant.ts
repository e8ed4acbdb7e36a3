import { asciiText } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { type UnixSeconds, unixSecondsFromGeneralizedTime } from '../../../shared/time.ts';

/** RFC 9919 3.2.4: GeneralizedTime `YYYYMMDDHHMMSSZ`; undefined for anything else. */
export function readInstant(der: Uint8Array): UnixSeconds | undefined {
  const contents = new DERReader(der).contents(TAG.generalizedTime);
  const text = contents && asciiText(contents);
  const at = text?.ok ? unixSecondsFromGeneralizedTime(text.value) : undefined;
  return at?.ok ? at.value : undefined;
}
