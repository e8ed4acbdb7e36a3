import { asciiText, bytesEqual } from '../../shared/bytes.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import { time } from '../../shared/der/writer.ts';
import { type UnixSeconds, unixSecondsFromGeneralizedTime } from '../../shared/time.ts';

/** RFC 5280 4.1.2.5, 5.1.2.4: the time, if it is encoded as the year asks for. */
export function readTime(der: Uint8Array): UnixSeconds | undefined {
  const reader = new DERReader(der);
  const utc = reader.contents(TAG.utcTime);
  const contents = utc ?? reader.contents(TAG.generalizedTime);
  const text = contents && asciiText(contents);
  if (!text?.ok) return undefined;
  const century = utc ? (text.value >= '50' ? '19' : '20') : '';
  const at = unixSecondsFromGeneralizedTime(century + text.value);
  return at.ok && bytesEqual(time(at.value), der) ? at.value : undefined;
}
