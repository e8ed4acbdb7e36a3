import { refined, required, strictObject, text } from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ReadRadarInput } from '../operations/radar-view.ts';
import { type Decoded, decodeQuery, malformed, type RawRequest } from './request-decoders.ts';
import { type Route, route } from './route.ts';

/** 35 days: no edge keeps counts for longer. */
export const RADAR_HOURS_MAX = 840;
const DEFAULT_HOURS = '24';

export const RADAR_ROUTE: Route = route(
  'GET',
  '/v1/radar',
  200,
  decodeReadRadar,
  (operations, input) => operations.readRadar(input),
);

export function decodeReadRadar(raw: RawRequest): Decoded<ReadRadarInput> {
  const query = decodeQuery(raw.query, ['hours']);
  if (!query.ok) return query;
  const reason = `must be a whole number from 1 to ${RADAR_HOURS_MAX}`;
  return malformed(
    strictObject<ReadRadarInput>({ hours: required(refined(text(3), hoursFromText, reason)) })(
      { hours: DEFAULT_HOURS, ...query.value },
      '?',
    ),
  );
}

function hoursFromText(hours: string): Result<number, 'refused'> {
  if (!/^[1-9][0-9]{0,2}$/.test(hours)) return err('refused');
  return Number(hours) <= RADAR_HOURS_MAX ? ok(Number(hours)) : err('refused');
}
