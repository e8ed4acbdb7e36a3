import { type Decode, integer, list, matching, openObject, required } from '../json-fields.ts';

/** Queries of one hour for serial numbers that an issuer never assigned, as an edge tells the signer. */
export interface RadarHour {
  /** Unix time of the full hour. */
  readonly hour: number;
  /** SHA-1 of the issuer's key bits in lower-case hexadecimal. */
  readonly issuer: string;
  readonly total: number;
  /** The most asked for, most first; a count is at least what is written. */
  readonly serials: readonly RadarSerial[];
}

export interface RadarSerial {
  /** Contents octets of the INTEGER in lower-case hexadecimal. */
  readonly serial: string;
  readonly count: number;
}

/** The body of GET /radar.json?since=<Unix time>. */
export interface RadarReport {
  readonly hours: readonly RadarHour[];
}

/** What an edge says is believed as far as it has this form: counts are bounded, texts are hexadecimal. */
const count: Decode<number> = integer(0, Number.MAX_SAFE_INTEGER);
const HOURS_MAX = 2_000;
const SERIALS_MAX = 200;

export const radarReport: Decode<RadarReport> = openObject<RadarReport>({
  hours: required(
    list(
      openObject<RadarHour>({
        hour: required(integer(0, 253_402_300_799)),
        issuer: required(matching(/^[0-9a-f]{40}$/, 'a SHA-1 in hexadecimal')),
        total: required(count),
        serials: required(
          list(
            openObject<RadarSerial>({
              serial: required(matching(/^(?:[0-9a-f]{2}){1,64}$/, 'octets in hexadecimal')),
              count: required(count),
            }),
            SERIALS_MAX,
          ),
        ),
      }),
      HOURS_MAX,
    ),
  ),
});
